package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.node.edge.UnsafeRetries;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.upstream.UpstreamClient;
import io.convergate.node.edge.wire.EdgeHandler;
import io.convergate.node.telemetry.trace.TraceSampling;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.match.RouteTable;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The proxy as a plain Pekko HTTP handler: takes a request of the model, gives a response of the model. It holds the table
 * that is served now; each request reads it once. Called on the loop of the request's exchange.
 */
public final class Proxy implements EdgeHandler {
    private final String nodeName;
    private final List<UpstreamClient> clients;
    private final ForwardingTrust trust;
    private final UnsafeRetries unsafeRetries;
    private final Mirroring mirroring;
    private final TraceSampling traces;
    private final KeyHash[] keyHashes;
    private final RequestSamples samples;
    private volatile RouteTable table = RouteTable.EMPTY;
    private volatile RevisionGate gate = RevisionGate.CLOSED;

    /**
     * @param nodeName stands in header values as {@code %HOSTNAME%}
     * @param clients one for each loop, in the order of their numbers
     * @param unsafeRetries what holds for methods that are not idempotent
     * @param mirroring sends copies
     * @param traces which requests are sampled
     * @param sampledRequests about how many recent requests are kept in mind; 0 for none
     */
    public Proxy(
            String nodeName,
            List<UpstreamClient> clients,
            ForwardingTrust trust,
            UnsafeRetries unsafeRetries,
            Mirroring mirroring,
            TraceSampling traces,
            int sampledRequests) {
        this.nodeName = nodeName;
        this.clients = List.copyOf(clients);
        this.trust = trust;
        this.unsafeRetries = unsafeRetries;
        this.mirroring = mirroring;
        this.traces = traces;
        this.samples = new RequestSamples(sampledRequests, clients.size());
        this.keyHashes = Stream.generate(KeyHash::new).limit(clients.size()).toArray(KeyHash[]::new);
    }

    /** Serves this table from the next request on; requests under way keep theirs. Any thread. */
    public void serve(RouteTable newTable) {
        table = newTable;
    }

    /** Lets requests ask for configurations. Any thread. */
    public void gate(RevisionGate newGate) {
        gate = newGate;
    }

    /** The table that is served. Any thread. */
    public RouteTable table() {
        return table;
    }

    @Override
    public CompletionStage<HttpResponse> apply(HttpRequest request) {
        org.apache.pekko.http.scaladsl.model.HttpRequest model =
                (org.apache.pekko.http.scaladsl.model.HttpRequest) request;
        Exchange exchange = (Exchange) model.attributes().apply(Exchange.KEY);
        ProxiedRequest proxied = new ProxiedRequest(this, model, exchange);
        RevisionGate there = gate;
        long patienceNanos = there.patienceNanos(exchange.listener().port());
        String revision = patienceNanos == 0 ? null : AwaitedRevision.askedFor(model);
        return revision == null
                ? proxied.serve(table)
                : new AwaitedRevision(this, proxied, exchange).serve(there, revision, patienceNanos);
    }

    /** The requests that are kept in mind, the newest first. Any thread. */
    public List<SampledTraffic> sampled() {
        return samples.newest();
    }

    RequestSamples samples() {
        return samples;
    }

    UpstreamClient client(EdgeLoop loop) {
        return clients.get(loop.index());
    }

    /** What makes the keys of limits, one for each loop. */
    KeyHash keyHash(EdgeLoop loop) {
        return keyHashes[loop.index()];
    }

    ForwardingTrust trust() {
        return trust;
    }

    Mirroring mirroring() {
        return mirroring;
    }

    TraceSampling traces() {
        return traces;
    }

    UnsafeRetries unsafeRetries() {
        return unsafeRetries;
    }

    String nodeName() {
        return nodeName;
    }
}
