/**
 * Limits for the whole cluster: an entity of Cluster Sharding for each key, and the record of what quotas were used, in
 * Distributed Data and on disk. Lives in a node's cluster systems, one after the other, and gets along without any in between.
 */
@NullMarked
package io.convergate.node.limits.cluster;

import org.jspecify.annotations.NullMarked;
