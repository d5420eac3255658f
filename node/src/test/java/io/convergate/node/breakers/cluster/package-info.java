/** Breakers in real cluster systems. */
@NullMarked
package io.convergate.node.breakers.cluster;

import org.jspecify.annotations.NullMarked;
