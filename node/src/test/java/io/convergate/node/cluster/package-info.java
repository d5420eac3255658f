/** Tests of what the actors of nodes have in common. */
@NullMarked
package io.convergate.node.cluster;

import org.jspecify.annotations.NullMarked;
