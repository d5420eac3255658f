@NullMarked
package io.convergate.node.limits;

import org.jspecify.annotations.NullMarked;
