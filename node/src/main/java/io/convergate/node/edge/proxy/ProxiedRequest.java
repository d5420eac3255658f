package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.ResponseFlag;
import io.convergate.node.telemetry.RouteRecorder;
import io.convergate.routing.action.Action;
import io.convergate.routing.action.Cors;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Fault;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import java.util.List;
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
 * One request on its way: match, filter, act. Each step is a method, in the order in which a request goes; if the act is to
 * forward, a {@link ForwardedRequest} goes on. It reads the served table once, at the start. Confined to the loop of its exchange.
 */
final class ProxiedRequest {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedRequest.class);
    private static final HeaderName LOCATION = HeaderName.of("location");
    private static final String TOO_MANY = "too many requests";
    private static final String RESOURCE_EXHAUSTED = "8";

    private final Proxy proxy;
    private final HttpRequest request;
    private final Exchange exchange;
    private final RequestRecord record;
    private final RequestView view;
    private final CompletableFuture<HttpResponse> reply = new CompletableFuture<>();

    private @Nullable CrossOrigin crossOrigin;
    private @Nullable LimitCheck limitCheck;
    private @Nullable ForwardedRequest forwarded;
    private EdgeLoop.@Nullable Cancellable delay;

    ProxiedRequest(Proxy proxy, HttpRequest request, Exchange exchange) {
        this.proxy = proxy;
        this.request = request;
        this.exchange = exchange;
        this.record = exchange.record();
        this.view = new RequestView(proxy, request, exchange);
        if (proxy.traces().isOn()) {
            TraceStart.of(request.headers(), view, proxy.traces(), record);
        }
    }

    /** Serves the request by the table; the stage never fails. */
    CompletionStage<HttpResponse> serve(RouteTable table) {
        step(() -> {
            CompiledRoute route = match(table);
            if (route == null) {
                refuse(404, ResponseFlag.NR, "no route for this host and path");
            } else {
                filter(route, 0);
            }
        });
        return reply;
    }

    /** Refuses the request before it is served. */
    CompletionStage<HttpResponse> refused(int status, ResponseFlag flag, String reason) {
        step(() -> refuse(status, flag, reason));
        return reply;
    }

    /** Ends a request whose client left before it was served: nothing of it may begin, for nothing would end it any more. */
    CompletionStage<HttpResponse> unwanted() {
        clientGone();
        return reply;
    }

    /** Whatever goes wrong in a step is ours, not the client's: it gets an answer and we get a log line. */
    void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("The request path failed, route {} of {}", record.routeName, record.upstreamName, e);
            refuse(500, ResponseFlag.LR, "internal error");
            if (forwarded != null) {
                forwarded.abort();
            }
        }
    }

    // match

    private @Nullable CompiledRoute match(RouteTable table) {
        PortTable served = table.listener(exchange.listener());
        if (served == null) {
            return null;
        }
        proxy.samples().note(exchange.loop(), record.startNanos, view, exchange.listener(), served);
        CompiledRoute route = served.match(view);
        if (route != null) {
            record.route = (RouteRecorder) route.attachment();
            record.matched = route.info();
            record.routeName = route.name();
            view.matched(route);
        }
        return route;
    }

    // filters

    /** Walks the route's filters from one on, then acts. A filter may answer, or go on later. */
    private void filter(CompiledRoute route, int from) {
        List<Filter> filters = route.filters();
        for (int i = from; i < filters.size(); i++) {
            Filter filter = filters.get(i);
            boolean stopped = filter instanceof Cors cors
                    ? answersPreflight(cors)
                    : filter instanceof RateLimits limits
                            ? limits(limits, route, i + 1)
                            : injects((Fault) filter, route, i + 1);
            if (stopped) {
                return;
            }
        }
        act(route);
    }

    /** Notes what the script that asks may do; a preflight asks for nothing else. */
    private boolean answersPreflight(Cors cors) {
        crossOrigin = CrossOrigin.of(cors, view);
        if (!CrossOrigin.isPreflight(view) || crossOrigin == null && cors.forwardsUnmatchedPreflights()) {
            return false;
        }
        Fields fields = LocalReply.fields(ResponseFlag.DR.name());
        if (crossOrigin != null) {
            crossOrigin.grant(fields);
        }
        record.flag(ResponseFlag.DR, null);
        reply.complete(LocalReply.empty(200, fields));
        return true;
    }

    /** Whether the limits stop the request: they refuse it, or it waits for the owner of one. */
    private boolean limits(RateLimits limits, CompiledRoute route, int next) {
        LimitCheck check = new LimitCheck(limits.limits(), view, exchange, proxy.keyHash(exchange.loop()));
        limitCheck = check;
        watch();
        switch (check.begin(() -> step(() -> afterLimits(check, route, next)))) {
            case PASSED:
                return false;
            case REFUSED:
                refuse(check);
                return true;
            default:
                return true;
        }
    }

    private void afterLimits(LimitCheck check, CompiledRoute route, int next) {
        if (reply.isDone()) {
            return;
        }
        if (check.isRefused()) {
            refuse(check);
        } else {
            filter(route, next);
        }
    }

    private void refuse(LimitCheck check) {
        RateLimit limit = check.refusing();
        RateLimit.Info info = limit.info();
        record.flag(
                ResponseFlag.RL,
                "limit " + info.policy().namespace() + '/' + info.policy().name() + ' ' + info.rule());
        Fields fields = LocalReply.fields(record.flags());
        check.tellRefusal(fields);
        expose(fields);
        RateLimit.Refusal refusal = limit.refusal();
        String body = refusal.body();
        if (ContentTypes.isGrpc(request.entity().contentType())) {
            reply.complete(LocalReply.grpc(
                    request.entity().contentType(), fields, RESOURCE_EXHAUSTED, body == null ? TOO_MANY : body));
        } else {
            reply.complete(LocalReply.written(
                    refusal.status(), fields, refusal.headers(), body == null ? TOO_MANY + '\n' : body));
        }
    }

    /** The delay and the failure are drawn apart from each other. */
    private boolean injects(Fault fault, CompiledRoute route, int next) {
        if (!fault.delayed().draw(ThreadLocalRandom.current())) {
            return aborts(fault);
        }
        record.mark(ResponseFlag.DI);
        watch();
        delay = exchange.loop()
                .schedule(
                        fault.delayNanos(),
                        () -> step(() -> {
                            delay = null;
                            if (!reply.isDone() && !aborts(fault)) {
                                filter(route, next);
                            }
                        }));
        return true;
    }

    private boolean aborts(Fault fault) {
        Fault.Abort abort = fault.abort();
        if (abort == null || !fault.aborted().draw(ThreadLocalRandom.current())) {
            return false;
        }
        if (abort.grpcStatus() < 0 || !ContentTypes.isGrpc(request.entity().contentType())) {
            refuse(abort.status(), ResponseFlag.FI, "fault filter abort");
            return true;
        }
        record.flag(ResponseFlag.FI, "fault filter abort");
        Fields fields = LocalReply.fields(record.flags());
        expose(fields);
        reply.complete(LocalReply.grpc(
                request.entity().contentType(), fields, Integer.toString(abort.grpcStatus()), "fault filter abort"));
        return true;
    }

    /** What the script that asked may see of a response. */
    void expose(Fields fields) {
        if (crossOrigin != null) {
            crossOrigin.expose(fields);
        }
    }

    // act

    private void act(CompiledRoute route) {
        Action action = route.action();
        if (action instanceof Forward forward) {
            forwarded = new ForwardedRequest(this, proxy, request, exchange, view, forward);
            forwarded.forward();
        } else if (action instanceof Redirect redirect) {
            Fields fields = LocalReply.fields(ResponseFlag.DR.name());
            fields.add(LOCATION, redirect.location(view));
            answer(redirect.status(), fields, ByteString.emptyByteString(), action);
        } else if (action instanceof DirectResponse direct) {
            answer(
                    direct.status(),
                    LocalReply.fields(ResponseFlag.DR.name()),
                    ByteString.fromArrayUnsafe(direct.body()),
                    action);
        }
    }

    private void answer(int status, Fields fields, ByteString body, Action action) {
        record.flag(ResponseFlag.DR, null);
        if (limitCheck != null) {
            limitCheck.tell(fields);
        }
        HeaderRewriting.apply(action.response(), fields, view);
        expose(fields);
        HttpEntity.Strict entity = new HttpEntity.Strict(ContentTypes.of(fields.joined("content-type")), body);
        reply.complete(LocalReply.response(status, fields, entity));
    }

    /** The reply that the gateway makes because it cannot do better. */
    void refuse(int status, ResponseFlag flag, String reason) {
        record.flag(flag, reason);
        Fields fields = LocalReply.fields(record.flags());
        expose(fields);
        reply.complete(LocalReply.error(status, fields, reason));
    }

    /** Whether the client has been told something, or is to be told nothing any more. */
    boolean isAnswered() {
        return reply.isDone();
    }

    /** Answers with the upstream's response, or with what stands for it. */
    void answer(HttpResponse response) {
        reply.complete(response);
    }

    /** Adds to an upstream's response what the limits that the request has passed have to say. */
    void tellLimits(Fields response) {
        if (limitCheck != null) {
            limitCheck.responded(response);
            limitCheck.tell(response);
        }
    }

    // finish

    /** Has the exchange say when the client leaves and when the reply is over. */
    void watch() {
        exchange.onAbort(this::clientGone);
        exchange.onFinished(this::finished);
    }

    private void clientGone() {
        reply.complete(LocalReply.error(499, LocalReply.fields(ResponseFlag.DC.name()), "the client has gone"));
        if (forwarded != null) {
            forwarded.abort();
        }
    }

    /** The reply is over: nothing of the request may stay behind. */
    private void finished() {
        if (delay != null) {
            delay.cancel();
            delay = null;
        }
        if (limitCheck != null) {
            limitCheck.finished();
        }
        if (forwarded != null) {
            forwarded.finished();
        }
    }
}
