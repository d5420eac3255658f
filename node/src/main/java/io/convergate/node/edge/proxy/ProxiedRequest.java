package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.HopByHop;
import io.convergate.node.edge.http.RequestTarget;
import io.convergate.node.edge.upstream.Endpoint;
import io.convergate.node.edge.upstream.UpstreamCall;
import io.convergate.node.edge.upstream.UpstreamFailure;
import io.convergate.node.edge.upstream.UpstreamRequest;
import io.convergate.node.edge.upstream.UpstreamResponse;
import io.convergate.node.edge.upstream.UpstreamRuntime;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.ResponseFlag;
import io.convergate.node.telemetry.RouteRecorder;
import io.convergate.routing.action.Action;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.upstream.Upstream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: match, act, and if the act is to forward: prepare, pick an endpoint, send, retry or finish,
 * respond. Each step is a method, in the order in which a request goes. It reads the served table once, at the start.
 * Confined to the loop of its exchange.
 */
final class ProxiedRequest {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedRequest.class);
    private static final HeaderName LOCATION = HeaderName.of("location");

    private final Proxy proxy;
    private final HttpRequest request;
    private final Exchange exchange;
    private final RequestRecord record;
    private final RequestView view;
    private final CompletableFuture<HttpResponse> reply = new CompletableFuture<>();

    private @Nullable WeightedDestination destination;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamRequest outgoing;
    private @Nullable Endpoint endpoint;
    private @Nullable UpstreamCall call;
    private EdgeLoop.@Nullable Cancellable timeout;
    private int retriesLeft;

    ProxiedRequest(Proxy proxy, HttpRequest request, Exchange exchange) {
        this.proxy = proxy;
        this.request = request;
        this.exchange = exchange;
        this.record = exchange.record();
        this.view = new RequestView(proxy, request, exchange);
    }

    /** Serves the request by the table; the stage never fails. */
    CompletionStage<HttpResponse> serve(RouteTable table) {
        step(() -> {
            CompiledRoute route = match(table);
            if (route == null) {
                refuse(404, ResponseFlag.NR, "no route for this host and path");
            } else {
                act(route);
            }
        });
        return reply;
    }

    /** Whatever goes wrong in a step is ours, not the client's: it gets an answer and we get a log line. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("The request path failed, route {} of {}", record.routeName, record.upstreamName, e);
            refuse(500, ResponseFlag.LR, "internal error");
            if (call != null) {
                call.abort();
            }
        }
    }

    // match

    private @Nullable CompiledRoute match(RouteTable table) {
        PortTable served = table.listener(exchange.listener());
        CompiledRoute route = served == null ? null : served.match(view);
        if (route != null) {
            record.route = (RouteRecorder) route.attachment();
            record.routeName = route.name();
            view.matched(route);
        }
        return route;
    }

    // act

    private void act(CompiledRoute route) {
        Action action = route.action();
        if (action instanceof Forward forward) {
            forward(forward);
        } else if (action instanceof Redirect redirect) {
            Fields fields = LocalReply.fields(ResponseFlag.DR);
            fields.add(LOCATION, redirect.location(view));
            answer(redirect.status(), fields, ByteString.emptyByteString(), action);
        } else if (action instanceof DirectResponse direct) {
            answer(
                    direct.status(),
                    LocalReply.fields(ResponseFlag.DR),
                    ByteString.fromArrayUnsafe(direct.body()),
                    action);
        }
    }

    private void answer(int status, Fields fields, ByteString body, Action action) {
        record.flag(ResponseFlag.DR, null);
        HeaderRewriting.apply(action.response(), fields, view);
        HttpEntity.Strict entity = new HttpEntity.Strict(ContentTypes.of(fields.joined("content-type")), body);
        reply.complete(LocalReply.response(status, fields, entity));
    }

    // prepare

    private void forward(Forward forward) {
        WeightedDestination chosen = forward.pick(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        Upstream to = chosen.upstream();
        destination = chosen;
        upstream = to;
        if (to == null) {
            refuse(503, ResponseFlag.NC, "the route's destination is not known");
            return;
        }
        record.upstreamName = to.name();
        view.upstream(to);
        RequestTarget target = exchange.target();
        String path =
                forward.rewrite() == null ? target.path() : forward.rewrite().rewrite(target.path());
        if (!path.equals(target.path()) && !RewrittenPath.isSound(path)) {
            refuse(400, ResponseFlag.DPE, "the path that the route's rewrite makes of this one is not sound");
            return;
        }
        String authority = chosen.authority() == null ? target.authority() : chosen.authority();
        if (authority.isEmpty()) {
            // An HTTP/1.0 client need not name a host; an HTTP/1.1 request must.
            authority = to.info().host();
        }
        Fields fields = RequestHeaders.forUpstream(
                request.headers(),
                exchange,
                authority,
                view.scheme(),
                view.isTrusted(),
                !request.entity().isStrict());
        HeaderRewriting.apply(chosen.request(), fields, view);
        outgoing = new UpstreamRequest(record.method, target.forUpstream(path), fields, request.entity(), exchange);
        retriesLeft = Proxy.CONNECT_RETRIES;
        if (forward.timeoutNanos() > 0) {
            timeout = exchange.loop().schedule(forward.timeoutNanos(), this::timedOut);
        }
        exchange.onAbort(this::clientGone);
        exchange.onFinished(this::endTimeout);
        attempt(false);
    }

    // pick an endpoint, send

    private void attempt(boolean freshConnection) {
        UpstreamRequest sending = outgoing;
        Upstream to = upstream;
        if (sending == null || to == null) {
            throw new IllegalStateException("not prepared");
        }
        Endpoint picked =
                freshConnection ? endpoint : ((UpstreamRuntime) to.attachment()).pick(exchange.loop(), endpoint);
        if (picked == null) {
            refuse(503, ResponseFlag.UH, "the destination has no endpoint");
            return;
        }
        endpoint = picked;
        record.attempts++;
        record.upstreamHost = picked.text();
        record.upstreamStartNanos = System.nanoTime();
        UpstreamCall sent =
                proxy.client(exchange.loop()).send(sending, picked, to.pool().connectTimeout(), freshConnection);
        call = sent;
        sent.response()
                .whenComplete((response, failure) -> step(() -> {
                    if (response != null) {
                        respond(response);
                    } else {
                        retryOrFinish((UpstreamFailure) failure);
                    }
                }));
    }

    // retry or finish

    /**
     * Tries again only where the upstream cannot have acted on the request: when no connection could be opened, at another
     * endpoint if there is one; and when a pooled connection turned out to be closed, on a fresh one, if the method may be
     * repeated (RFC 9110 section 9.2.2) and the body is still here.
     */
    private void retryOrFinish(UpstreamFailure failure) {
        if (reply.isDone()) {
            return;
        }
        switch (failure.kind()) {
            case CONNECT:
                if (retriesLeft-- > 0) {
                    attempt(false);
                    return;
                }
                break;
            case STALE_CONNECTION:
                if (request.method().isIdempotent() && request.entity().isStrict() && !view.isStaleRetried()) {
                    view.staleRetried();
                    attempt(true);
                    return;
                }
                break;
            default:
                break;
        }
        // The failure's own words may name addresses: they are for the log.
        record.flag(failure.kind().flag(), failure.getMessage());
        refuse(failure.kind().status(), failure.kind().flag(), failure.kind().toClients());
    }

    private void timedOut() {
        if (!reply.isDone()) {
            refuse(504, ResponseFlag.UT, "no response within the route's timeout");
        } else {
            record.flag(ResponseFlag.UT, "the response was not complete within the route's timeout");
        }
        if (call != null) {
            call.abort();
        }
    }

    private void clientGone() {
        if (call != null) {
            call.abort();
        }
        reply.complete(LocalReply.error(499, ResponseFlag.DC, "the client has gone"));
    }

    // respond

    private void respond(UpstreamResponse response) {
        record.upstreamHeadNanos = System.nanoTime();
        if (reply.isDone()) {
            response.discard();
            return;
        }
        Fields fields = HopByHop.endToEnd(response.fields());
        view.response(response);
        if (destination != null) {
            HeaderRewriting.apply(destination.response(), fields, view);
        }
        reply.complete(response.toModel(fields));
    }

    /** The reply that the gateway makes because it cannot do better. */
    private void refuse(int status, ResponseFlag flag, String reason) {
        record.flag(flag, reason);
        reply.complete(LocalReply.error(status, flag, reason));
    }

    private void endTimeout() {
        if (timeout != null) {
            timeout.cancel();
            timeout = null;
        }
    }
}
