/** {@code convergate top}: the cluster live, in a terminal. Knows the admin API from outside only. */
@NullMarked
package io.convergate.node.main.top;

import org.jspecify.annotations.NullMarked;
