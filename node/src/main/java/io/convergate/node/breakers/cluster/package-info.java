/**
 * Breakers for the whole cluster: an entity of Cluster Sharding for each that is shared, which decides, and an actor on each node
 * that tells it what the node sees and does as it says. Lives in a node's cluster systems, one after the other, and gets along
 * without any in between.
 */
@NullMarked
package io.convergate.node.breakers.cluster;

import org.jspecify.annotations.NullMarked;
