/**
 * The request path: from a request of Pekko HTTP's model to its reply. {@link io.convergate.node.edge.proxy.ProxiedRequest}
 * reads from top to bottom as a request goes. Knows no channel.
 */
@NullMarked
package io.convergate.node.edge.proxy;

import org.jspecify.annotations.NullMarked;
