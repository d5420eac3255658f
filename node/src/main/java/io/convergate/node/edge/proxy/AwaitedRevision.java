package io.convergate.node.edge.proxy;

import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.telemetry.ResponseFlag;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;

/** Holds back a request that asks for a configuration until that one is served, where its Gateway lets it. */
final class AwaitedRevision {
    private final Proxy proxy;
    private final ProxiedRequest request;
    private final Exchange exchange;

    AwaitedRevision(Proxy proxy, ProxiedRequest request, Exchange exchange) {
        this.proxy = proxy;
        this.request = request;
        this.exchange = exchange;
    }

    /** What a request asks for; null if nothing. */
    static @Nullable String askedFor(HttpRequest request) {
        Seq<HttpHeader> headers = request.headers();
        for (int i = 0; i < headers.length(); i++) {
            HttpHeader field = headers.apply(i);
            if (Field.roleOf(field) == HeaderRole.CONFIG_AT_LEAST) {
                return field.value();
            }
        }
        return null;
    }

    /** Serves the request by the table that is served once the revision is; the stage never fails. */
    CompletionStage<HttpResponse> serve(RevisionGate gate, String revision, long patienceNanos) {
        CompletableFuture<Boolean> served;
        try {
            served = gate.served(revision, patienceNanos).toCompletableFuture();
        } catch (IllegalArgumentException e) {
            return request.refused(400, ResponseFlag.DPE, "X-Config-At-Least is no revision");
        }
        CompletableFuture<HttpResponse> reply = new CompletableFuture<>();
        boolean known = served.isDone();
        if (!known) {
            exchange.onAbort(() -> served.complete(false)); // its place among those that wait is free at once
        }
        served.thenAccept(there -> {
            Runnable decision = () -> decide(there).thenAccept(reply::complete);
            if (known) {
                decision.run();
            } else {
                exchange.loop().execute(decision);
            }
        });
        return reply;
    }

    private CompletionStage<HttpResponse> decide(boolean served) {
        if (exchange.isAborted()) {
            return request.unwanted();
        }
        return served
                ? request.serve(proxy.table())
                : request.refused(503, ResponseFlag.NC, "the configuration asked for is not served here yet");
    }
}
