package io.convergate.node.edge.proxy;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.edge.EdgeLoop;
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
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.Mirror;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.retry.AttemptFailure;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.Upstream;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request that goes to an upstream: prepare, pick an endpoint, send, retry or finish, respond. Each step is a method, in the
 * order in which a request goes. Confined to the loop of its exchange.
 */
final class ForwardedRequest {
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");

    private final ProxiedRequest whole;
    private final Proxy proxy;
    private final HttpRequest request;
    private final Exchange exchange;
    private final RequestRecord record;
    private final RequestView view;
    private final Forward route;
    private final RetryRule rule;

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

    ForwardedRequest(
            ProxiedRequest whole,
            Proxy proxy,
            HttpRequest request,
            Exchange exchange,
            RequestView view,
            Forward route) {
        this.whole = whole;
        this.proxy = proxy;
        this.request = request;
        this.exchange = exchange;
        this.record = exchange.record();
        this.view = view;
        this.route = route;
        this.rule = new RetryRule(request, route.retry(), proxy.unsafeRetries());
    }

    // prepare

    /** Prepares the request and makes the first attempt. */
    void forward() {
        WeightedDestination chosen = route.pick(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        Upstream to = chosen.upstream();
        destination = chosen;
        if (to == null) {
            whole.refuse(chosen.statusIfUnknown(), ResponseFlag.NC, "the route's destination is not known");
            return;
        }
        if (!begin(to)) {
            return;
        }
        whole.watch();
        RequestTarget target = exchange.target();
        PathRewrite rewrite = chosen.rewrite() == null ? route.rewrite() : chosen.rewrite();
        String path = rewrite == null ? target.path() : rewrite.rewrite(target.path());
        if (!path.equals(target.path()) && !RewrittenPath.isSound(path)) {
            whole.refuse(400, ResponseFlag.DPE, "the path that the route's rewrite makes of this one is not sound");
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
                !request.entity().isStrict(),
                proxy.traces().fields());
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
            whole.refuse(503, ResponseFlag.UO, "the destination is at its limit");
            return false;
        }
        runtime = begun;
        hash = to.info().hash().isPresent() ? RequestHash.of(to.info().hash().get(), view) : null;
        return true;
    }

    // pick an endpoint, send

    private void attempt(boolean freshConnection) {
        UpstreamRequest sending = outgoing;
        Upstream to = upstream;
        UpstreamRuntime from = runtime;
        if (sending == null || to == null || from == null) {
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
            whole.refuse(503, ResponseFlag.UH, "the destination has no endpoint, or none that is healthy");
            return;
        }
        endpoint = picked;
        record.attempts++;
        record.upstreamHost = picked.text();
        record.upstreamStartNanos = System.nanoTime();
        if (record.trace != null) {
            TraceFields.set(
                    sending.fields(),
                    record.trace.tryBegins(picked.text(), record.upstreamStartNanos),
                    proxy.traces().fields());
        }
        long tryNanos = route.retry().perTryTimeoutNanos();
        if (tryNanos > 0) {
            tryTimeout = exchange.loop().schedule(tryNanos, () -> whole.step(this::tryTimedOut));
        }
        UpstreamCall sent = proxy.client(exchange.loop()).send(sending, picked, freshConnection);
        call = sent;
        sent.response()
                .whenComplete((response, failure) -> whole.step(() -> {
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
        whole.expose(fields);
        whole.answer(OpenBreaker.reply(open.info(), from == null ? null : from.breaker(), fields));
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
        if (whole.isAnswered()) {
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
        if (how != null && rule.covers(how) && retried(how)) {
            return;
        }
        // The failure's own words may name addresses: they are for the log.
        record.flag(kind.flag(), failure.getMessage());
        whole.refuse(kind.status(), kind.flag(), kind.toClients());
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
        if (whole.isAnswered() || late == null) {
            return;
        }
        call = null;
        late.abort();
        traceTryEnd("timeout");
        unanswered();
        if (watched != null) {
            watched.unanswered(AttemptFailure.TIMEOUT);
        }
        if (!(rule.covers(AttemptFailure.TIMEOUT) && retried(AttemptFailure.TIMEOUT))) {
            whole.refuse(504, ResponseFlag.UT, "no response within the time of one attempt");
        }
    }

    /** Begins another attempt if there may be one more; {@code how} is null if it was an answer that did not do. */
    private boolean retried(@Nullable AttemptFailure how) {
        Endpoint failedAt = endpoint;
        UpstreamRuntime to = runtime;
        RetryPolicy policy = route.retry();
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
            pause = exchange.loop().schedule(again.pauseNanos(), () -> whole.step(this::afterPause));
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
        if (!whole.isAnswered()) {
            attempt(false);
        }
    }

    private void timedOut() {
        if (!whole.isAnswered()) {
            if (call != null) {
                unanswered();
                if (watched != null) {
                    watched.unanswered(AttemptFailure.TIMEOUT);
                }
            }
            whole.refuse(504, ResponseFlag.UT, "no response within the route's timeout");
        } else {
            record.flag(ResponseFlag.UT, "the response was not complete within the route's timeout");
        }
        if (call != null) {
            call.abort();
        }
    }

    /** Calls off what is under way. */
    void abort() {
        if (call != null) {
            call.abort();
        }
    }

    // respond

    private void respondOrRetry(UpstreamResponse response) {
        endTry();
        judge(response);
        if (record.trace != null) {
            record.trace.answered(response.status());
        }
        if (whole.isAnswered()) {
            response.discard();
        } else if (rule.covers(response) && retried(null)) {
            traceTryEnd(null);
            response.discard();
        } else {
            if (retrial != null) {
                retrial.end();
            }
            respond(response);
        }
    }

    /** Tells outlier detection and the breaker of the response: at once, or when trailers tell of a gRPC call how it went. */
    private void judge(UpstreamResponse response) {
        UpstreamRuntime from = runtime;
        Endpoint at = endpoint;
        WatchedTry judged = watched;
        if (from == null || at == null || judged == null) {
            return;
        }
        judged.begun(response);
        if (!GrpcStatus.isToCome(response) || response.body() == null) {
            judge(from, at, judged, response.status(), GrpcStatus.inHead(response));
            return;
        }
        response.body().watchedBy((trailers, failure) -> {
            if (failure instanceof UpstreamFailure cut && cut.kind().retriedAs() != null) {
                from.unanswered(at);
                judged.failed(cut);
            } else {
                judge(from, at, judged, response.status(), GrpcStatus.in(trailers));
            }
        });
    }

    private static void judge(UpstreamRuntime from, Endpoint at, WatchedTry judged, int status, int grpcStatus) {
        from.answered(at, GrpcStatus.asHttp(status, grpcStatus));
        judged.answered(grpcStatus);
    }

    private void respond(UpstreamResponse response) {
        record.upstreamHeadNanos = System.nanoTime();
        Fields fields = HopByHop.endToEnd(response.fields());
        whole.tellLimits(fields);
        view.response(response);
        if (destination != null) {
            HeaderRewriting.apply(destination.response(), fields, view);
        }
        if (hash != null && hash.setCookie() != null) {
            fields.add(SET_COOKIE, hash.setCookie());
        }
        whole.expose(fields);
        whole.answer(response.toModel(fields));
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
    void finished() {
        endTry();
        endWatch();
        timeout = cancelled(timeout);
        pause = cancelled(pause);
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
