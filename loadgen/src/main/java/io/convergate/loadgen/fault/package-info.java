/**
 * Faults and how to cause them: signals, partitions, a proxy that spoils links, pressure. The only fault injector in the tree.
 */
@NullMarked
package io.convergate.loadgen.fault;

import org.jspecify.annotations.NullMarked;
