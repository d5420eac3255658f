@NullMarked
package io.convergate.routing.descriptor;

import org.jspecify.annotations.NullMarked;
