/**
 * The breakers of a node: one for each upstream that has one, what it counts, and who shares it. The edge calls it on its loops;
 * nothing here blocks. Knows no HTTP and, but for its part {@code cluster}, no actors.
 */
@NullMarked
package io.convergate.node.breakers;

import org.jspecify.annotations.NullMarked;
