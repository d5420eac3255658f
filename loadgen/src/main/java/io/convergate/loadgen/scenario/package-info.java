/**
 * Scenarios: what they say, reading them, running them, and the library of them that gameday runs.
 */
@NullMarked
package io.convergate.loadgen.scenario;

import org.jspecify.annotations.NullMarked;
