/**
 * The limits of a node: the keys it has seen lately, what it may let pass of each, and whom it asks for more. The edge calls it
 * on its loops; nothing here blocks. Knows no HTTP and, but for its part {@code cluster}, no actors.
 */
@NullMarked
package io.convergate.node.limits;

import org.jspecify.annotations.NullMarked;
