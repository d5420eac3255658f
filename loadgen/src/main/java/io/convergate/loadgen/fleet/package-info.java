/**
 * Gateway nodes as loadgen sees them: processes, addresses, logs, their admin API; one {@link
 * io.convergate.loadgen.fleet.Driver} for each way of running them. Whatever is started here is ended here, also when the
 * process that started it is killed. Knows no load, no faults and no scenarios.
 */
@NullMarked
package io.convergate.loadgen.fleet;

import org.jspecify.annotations.NullMarked;
