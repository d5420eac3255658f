/** What the actors of nodes have in common that talk to those of other nodes. */
@NullMarked
package io.convergate.node.cluster;

import org.jspecify.annotations.NullMarked;
