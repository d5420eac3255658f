/**
 * The load generator: plans, schedules, connections, what became of each request, and the figures of a run. Knows no faults and no scenarios.
 */
@NullMarked
package io.convergate.loadgen.load;

import org.jspecify.annotations.NullMarked;
