/**
 * Gateway nodes as loadgen sees them: processes, addresses, their admin API; one driver for each way of running them.
 */
@NullMarked
package io.convergate.loadgen.fleet;

import org.jspecify.annotations.NullMarked;
