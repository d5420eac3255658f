/** Convergate. */
@NullMarked
package io.convergate.node;

import org.jspecify.annotations.NullMarked;
