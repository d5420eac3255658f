package io.convergate.node.edge.proxy;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.UnsafeRetries;
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
import io.convergate.routing.action.Cors;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Fault;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.Mirror;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.retry.AttemptFailure;
import io.convergate.routing.retry.RetryConditions;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.Upstream;
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
 * One request on its way: match, filter, act, and if the act is to forward: prepare, pick an endpoint, send, retry or finish,
 * respond. Each step is a method, in the order in which a request goes. It reads the served table once, at the start.
 * Confined to the loop of its exchange.
 */
final class ProxiedRequest {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedRequest.class);
    private static final HeaderName LOCATION = HeaderName.of("location");
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final String RESOURCE_EXHAUSTED = "8";

    private final Proxy proxy;
    private final HttpRequest request;
    private final Exchange exchange;
    private final RequestRecord record;
    private final RequestView view;
    private final CompletableFuture<HttpResponse> reply = new CompletableFuture<>();

    private @Nullable CrossOrigin crossOrigin;
    private @Nullable LimitCheck limitCheck;
    private @Nullable Forward forward;
    private @Nullable WeightedDestination destination;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamRuntime runtime;
    private @Nullable UpstreamRequest outgoing;
    private @Nullable RequestHash hash;
    private @Nullable Endpoint endpoint;
    private @Nullable UpstreamCall call;
    private @Nullable WatchedTry watched;
    private @Nullable Retrial retrial;
    private EdgeLoop.@Nullable Cancellable timeout;
    private EdgeLoop.@Nullable Cancellable tryTimeout;
    private EdgeLoop.@Nullable Cancellable pause;
    private boolean staleFollowed;

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
        String reason = limit.refusal().body() == null
                ? "too many requests"
                : limit.refusal().body();
        if (ContentTypes.isGrpc(request.entity().contentType())) {
            fields.add(GRPC_STATUS, RESOURCE_EXHAUSTED);
            fields.add(GRPC_MESSAGE, "too many requests");
            reply.complete(LocalReply.response(
                    200, fields, new HttpEntity.Strict(request.entity().contentType(), ByteString.emptyByteString())));
        } else {
            reply.complete(LocalReply.error(limit.refusal().status(), fields, reason));
        }
    }

    /** The delay and the failure are drawn apart from each other. */
    private boolean injects(Fault fault, CompiledRoute route, int next) {
        if (!fault.delayed().draw(ThreadLocalRandom.current())) {
            return aborts(fault);
        }
        record.mark(ResponseFlag.DI);
        watch();
        pause = exchange.loop()
                .schedule(
                        fault.delayNanos(),
                        () -> step(() -> {
                            pause = null;
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
        fields.add(GRPC_STATUS, Integer.toString(abort.grpcStatus()));
        fields.add(GRPC_MESSAGE, "fault filter abort");
        expose(fields);
        reply.complete(LocalReply.response(
                200, fields, new HttpEntity.Strict(request.entity().contentType(), ByteString.emptyByteString())));
        return true;
    }

    private void expose(Fields fields) {
        if (crossOrigin != null) {
            crossOrigin.expose(fields);
        }
    }

    // act

    private void act(CompiledRoute route) {
        Action action = route.action();
        if (action instanceof Forward forward) {
            forward(forward);
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

    // prepare

    private void forward(Forward route) {
        WeightedDestination chosen = route.pick(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        Upstream to = chosen.upstream();
        forward = route;
        destination = chosen;
        if (to == null) {
            refuse(chosen.statusIfUnknown(), ResponseFlag.NC, "the route's destination is not known");
            return;
        }
        if (!begin(to)) {
            return;
        }
        watch();
        RequestTarget target = exchange.target();
        PathRewrite rewrite = chosen.rewrite() == null ? route.rewrite() : chosen.rewrite();
        String path = rewrite == null ? target.path() : rewrite.rewrite(target.path());
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
        if (record.trace != null) {
            record.trace.forwarding(authority, path);
        }
        if (route.timeoutNanos() > 0) {
            timeout = exchange.loop().schedule(route.timeoutNanos(), this::timedOut);
        }
        for (Mirror mirror : route.mirrors()) {
            if (mirror.share().draw(ThreadLocalRandom.current())) {
                proxy.mirroring().copy(outgoing, mirror, route.timeoutNanos(), exchange.loop());
            }
        }
        attempt(false);
    }

    /** Begins a request to an upstream; refuses it if that has as many as it may. */
    private boolean begin(Upstream to) {
        upstream = to;
        record.upstreamName = to.name();
        view.upstream(to);
        UpstreamRuntime begun = (UpstreamRuntime) to.attachment();
        record.destination = begun.recorder();
        if (!begun.begun(exchange.loop())) {
            refuse(503, ResponseFlag.UO, "the destination is at its limit");
            return false;
        }
        runtime = begun;
        hash = to.info().hash().isPresent() ? RequestHash.of(to.info().hash().get(), view) : null;
        return true;
    }

    private void watch() {
        exchange.onAbort(this::clientGone);
        exchange.onFinished(this::finished);
    }

    // pick an endpoint, send

    private void attempt(boolean freshConnection) {
        UpstreamRequest sending = outgoing;
        Upstream to = upstream;
        UpstreamRuntime from = runtime;
        Forward route = forward;
        if (sending == null || to == null || from == null || route == null) {
            throw new IllegalStateException("not prepared");
        }
        if (!freshConnection) {
            WatchedTry begun = WatchedTry.begin(from);
            if (begun == null) {
                fallBack(to);
                return;
            }
            watched = begun;
        }
        Endpoint picked = freshConnection ? endpoint : pick(from);
        if (picked == null) {
            endWatch();
            refuse(503, ResponseFlag.UH, "the destination has no endpoint, or none that is healthy");
            return;
        }
        endpoint = picked;
        record.attempts++;
        record.upstreamHost = picked.text();
        record.upstreamStartNanos = System.nanoTime();
        if (record.trace != null) {
            sending.fields()
                    .set(TraceStart.TRACEPARENT, record.trace.tryBegins(picked.text(), record.upstreamStartNanos));
        }
        long tryNanos = route.retry().perTryTimeoutNanos();
        if (tryNanos > 0) {
            tryTimeout = exchange.loop().schedule(tryNanos, () -> step(this::tryTimedOut));
        }
        UpstreamCall sent = proxy.client(exchange.loop()).send(sending, picked, freshConnection);
        call = sent;
        sent.response()
                .whenComplete((response, failure) -> step(() -> {
                    if (call != sent) {
                        // Called off: something else has been tried since.
                        discard(response);
                    } else if (response != null) {
                        respondOrRetry(response);
                    } else {
                        retryOrFinish((UpstreamFailure) failure);
                    }
                }));
    }

    /** What stands in for an upstream whose breaker is open. */
    private void fallBack(Upstream open) {
        UpstreamRuntime from = runtime;
        Upstream standIn = open.standIn();
        if (standIn != null && from != null) {
            if (retrial != null) {
                retrial.end();
                retrial = null;
            }
            from.ended(exchange.loop());
            runtime = null;
            record.mark(ResponseFlag.UO);
            if (begin(standIn)) {
                attempt(false);
            }
            return;
        }
        record.flag(ResponseFlag.UO, "the breaker is open");
        Fields fields = LocalReply.fields(record.flags());
        expose(fields);
        reply.complete(OpenBreaker.reply(open.info(), from == null ? null : from.breaker(), fields));
    }

    private @Nullable Endpoint pick(UpstreamRuntime from) {
        if (hash != null) {
            return from.pickByHash(hash.value(), retrial == null ? List.of() : retrial.tried());
        }
        return retrial == null ? from.pick(exchange.loop(), List.of()) : retrial.pick();
    }

    private static void discard(@Nullable UpstreamResponse response) {
        if (response != null) {
            response.discard();
        }
    }

    // retry or finish

    /** An attempt got no response: another one, if the route's policy has one for this, or what the client is told. */
    private void retryOrFinish(UpstreamFailure failure) {
        endTry();
        if (reply.isDone()) {
            return;
        }
        UpstreamFailure.Kind kind = failure.kind();
        traceTryEnd(kind.name());
        AttemptFailure how = kind.retriedAs();
        if (how != null && how != AttemptFailure.STALE_CONNECTION) {
            unanswered();
        }
        if (how == AttemptFailure.STALE_CONNECTION && followedStale()) {
            return;
        }
        if (watched != null) {
            watched.failed(failure);
        }
        if (how != null && mayRetry(how) && retried(how)) {
            return;
        }
        // The failure's own words may name addresses: they are for the log.
        record.flag(kind.flag(), failure.getMessage());
        refuse(kind.status(), kind.flag(), kind.toClients());
    }

    /**
     * A pooled connection that was closed is no failure of the upstream's: a fresh one to the same endpoint takes its place,
     * whatever the policy, if the request may be repeated (RFC 9112 section 9.3.1). Once for a request; after that it is the
     * policy's to decide.
     */
    private boolean followedStale() {
        if (staleFollowed || !request.entity().isStrict() || !request.method().isIdempotent()) {
            return false;
        }
        staleFollowed = true;
        call = null;
        attempt(true);
        return true;
    }

    private void tryTimedOut() {
        tryTimeout = null;
        UpstreamCall late = call;
        if (reply.isDone() || late == null) {
            return;
        }
        call = null;
        late.abort();
        traceTryEnd("timeout");
        unanswered();
        if (watched != null) {
            watched.unanswered(AttemptFailure.TIMEOUT);
        }
        if (!(mayRetry(AttemptFailure.TIMEOUT) && retried(AttemptFailure.TIMEOUT))) {
            refuse(504, ResponseFlag.UT, "no response within the time of one attempt");
        }
    }

    /** Whether the policy sends the request again for this; only a body that is still here whole can be. */
    private boolean mayRetry(AttemptFailure how) {
        if (!request.entity().isStrict() && how != AttemptFailure.CONNECT) {
            return false;
        }
        return conditions().on(how)
                || how == AttemptFailure.STALE_CONNECTION && request.method().isIdempotent();
    }

    private boolean mayRetry(UpstreamResponse response) {
        if (!request.entity().isStrict()) {
            return false;
        }
        RetryConditions conditions = conditions();
        if (conditions.onStatus(response.status())) {
            return true;
        }
        if (conditions.onAnyGrpcStatus()
                && ContentTypes.isGrpc(response.entity().contentType())) {
            String status = response.fields().joined("grpc-status");
            return status != null && conditions.onGrpcStatus(status);
        }
        return conditions.onRateLimited() && response.fields().joined("x-envoy-ratelimited") != null;
    }

    private RetryConditions conditions() {
        RetryPolicy policy = policy();
        return proxy.unsafeRetries() == UnsafeRetries.NOT_TAKEN
                        && !request.method().isIdempotent()
                ? policy.conditionsNotTaken()
                : policy.conditions();
    }

    private RetryPolicy policy() {
        return forward == null ? RetryPolicy.NONE : forward.retry();
    }

    /** Begins another attempt if there may be one more; {@code how} is null if it was an answer that did not do. */
    private boolean retried(@Nullable AttemptFailure how) {
        Endpoint failedAt = endpoint;
        UpstreamRuntime to = runtime;
        RetryPolicy policy = policy();
        if (policy.attempts() == 0 || failedAt == null || to == null) {
            return false;
        }
        NodeBreaker breaker = to.breaker();
        if (breaker != null && breaker.isOpen()) {
            record.mark(ResponseFlag.UO);
            return false;
        }
        Retrial again = retrial;
        if (again == null) {
            again = new Retrial(policy, to, exchange.loop(), record);
            retrial = again;
        }
        if (!again.another(failedAt, how != null && how.unprocessed())) {
            return false;
        }
        call = null;
        if (how == AttemptFailure.STALE_CONNECTION) {
            attempt(true);
        } else {
            pause = exchange.loop().schedule(again.pauseNanos(), () -> step(this::afterPause));
        }
        return true;
    }

    private void unanswered() {
        if (runtime != null && endpoint != null) {
            runtime.unanswered(endpoint);
        }
    }

    private void afterPause() {
        pause = null;
        if (!reply.isDone()) {
            attempt(false);
        }
    }

    private void timedOut() {
        if (!reply.isDone()) {
            if (call != null) {
                unanswered();
                if (watched != null) {
                    watched.unanswered(AttemptFailure.TIMEOUT);
                }
            }
            refuse(504, ResponseFlag.UT, "no response within the route's timeout");
        } else {
            record.flag(ResponseFlag.UT, "the response was not complete within the route's timeout");
        }
        if (call != null) {
            call.abort();
        }
    }

    private void clientGone() {
        reply.complete(LocalReply.error(499, LocalReply.fields(ResponseFlag.DC.name()), "the client has gone"));
        if (call != null) {
            call.abort();
        }
    }

    // respond

    private void respondOrRetry(UpstreamResponse response) {
        endTry();
        if (runtime != null && endpoint != null) {
            runtime.answered(endpoint, response.status());
        }
        if (watched != null) {
            watched.answered(response);
        }
        if (record.trace != null) {
            record.trace.answered(response.status());
        }
        if (reply.isDone()) {
            response.discard();
        } else if (mayRetry(response) && retried(null)) {
            traceTryEnd(null);
            response.discard();
        } else {
            if (retrial != null) {
                retrial.end();
            }
            respond(response);
        }
    }

    private void respond(UpstreamResponse response) {
        record.upstreamHeadNanos = System.nanoTime();
        Fields fields = HopByHop.endToEnd(response.fields());
        if (limitCheck != null) {
            limitCheck.responded(fields);
            limitCheck.tell(fields);
        }
        view.response(response);
        if (destination != null) {
            HeaderRewriting.apply(destination.response(), fields, view);
        }
        if (hash != null && hash.setCookie() != null) {
            fields.add(SET_COOKIE, hash.setCookie());
        }
        expose(fields);
        reply.complete(response.toModel(fields));
    }

    /** The reply that the gateway makes because it cannot do better. */
    private void refuse(int status, ResponseFlag flag, String reason) {
        record.flag(flag, reason);
        Fields fields = LocalReply.fields(record.flags());
        expose(fields);
        reply.complete(LocalReply.error(status, fields, reason));
    }

    // finish

    /** @param error why it got no response, a constant; null if it got one */
    private void traceTryEnd(@Nullable String error) {
        if (record.trace != null) {
            record.trace.tryEnds(error, System.nanoTime());
        }
    }

    private void endTry() {
        tryTimeout = cancelled(tryTimeout);
    }

    private void endWatch() {
        if (watched != null) {
            watched.givenUp();
            watched = null;
        }
    }

    /** The reply is over: nothing of the request may stay behind. */
    private void finished() {
        endTry();
        endWatch();
        timeout = cancelled(timeout);
        pause = cancelled(pause);
        if (limitCheck != null) {
            limitCheck.finished();
        }
        if (retrial != null) {
            retrial.end();
        }
        if (runtime != null) {
            runtime.ended(exchange.loop());
            runtime = null;
        }
    }

    private static EdgeLoop.@Nullable Cancellable cancelled(EdgeLoop.@Nullable Cancellable timer) {
        if (timer != null) {
            timer.cancel();
        }
        return null;
    }
}
