@NullMarked
package io.convergate.node.limits.cluster;

import org.jspecify.annotations.NullMarked;
