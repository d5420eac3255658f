/**
 * How the nodes of a cluster are doing and what they noticed, asked of all of them through any one: a node's own numbers come from
 * telemetry, those of the others through the cluster. Knows no HTTP.
 */
@NullMarked
package io.convergate.node.vitals;

import org.jspecify.annotations.NullMarked;
