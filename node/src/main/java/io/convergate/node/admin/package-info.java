/**
 * The admin API of a node: changes, resources under Kubernetes' paths, status and health, over Pekko HTTP's own server.
 * It runs on a dispatcher of its own and never on a loop of the edge. Knows the replicated configuration and the
 * traffic language, and the edge only by what it tells of its listeners.
 */
@NullMarked
package io.convergate.node.admin;

import org.jspecify.annotations.NullMarked;
