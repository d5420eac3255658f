package io.convergate.node.edge.wire;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * What answers requests: the proxy. A plain Pekko HTTP handler, so that Pekko HTTP's own server can bind it as well. It
 * is called on the connection's loop and must not block; its stage never fails.
 */
@FunctionalInterface
public interface EdgeHandler extends Function<HttpRequest, CompletionStage<HttpResponse>> {}
