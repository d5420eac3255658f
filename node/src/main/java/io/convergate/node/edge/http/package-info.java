/**
 * What a message is made of between the wire and the proxy: header names and headers as Pekko HTTP's model wants them,
 * status codes, targets. Shared by both wires and by the upstream side; knows no channel and no route.
 */
@NullMarked
package io.convergate.node.edge.http;

import org.jspecify.annotations.NullMarked;
