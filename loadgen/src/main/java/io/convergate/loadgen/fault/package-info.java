/**
 * Faults and how to cause them: signals, cuts, a proxy that spoils links, pressure, bad clients, broken upstreams, hostile
 * configuration. A {@link io.convergate.loadgen.fault.Fault} is data; a {@link io.convergate.loadgen.fault.FaultInjector} does it to
 * a {@link io.convergate.loadgen.fault.Stage} and takes it back. The only fault injector in the tree. Knows no scenarios.
 */
@NullMarked
package io.convergate.loadgen.fault;

import org.jspecify.annotations.NullMarked;
