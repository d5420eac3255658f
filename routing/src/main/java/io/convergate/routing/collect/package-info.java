/** Collections that the library has not: versions that share what they have in common. */
@NullMarked
package io.convergate.routing.collect;

import org.jspecify.annotations.NullMarked;
