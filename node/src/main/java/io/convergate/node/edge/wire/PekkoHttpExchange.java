package io.convergate.node.edge.wire;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.RequestTarget;
import io.convergate.node.edge.http.RequestTargets;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.scaladsl.model.HttpProtocols$;

/** A request that Pekko HTTP's server read. */
final class PekkoHttpExchange extends Exchange {
    private final ListenerId listener;
    private final InetSocketAddress peer;
    private final InetSocketAddress local;
    private final WireLoop loop;
    private final RequestTarget target;
    private final boolean http10;

    private PekkoHttpExchange(
            RequestRecord record,
            ListenerId listener,
            InetSocketAddress peer,
            InetSocketAddress local,
            WireLoop loop,
            RequestTarget target,
            boolean http10) {
        super(record);
        this.listener = listener;
        this.peer = peer;
        this.local = local;
        this.loop = loop;
        this.target = target;
        this.http10 = http10;
    }

    /** @throws RequestTargets.Refused if the target is not one that we serve */
    static PekkoHttpExchange of(
            HttpRequest request, ListenerId listener, InetSocketAddress local, WireLoop loop, RequestTargets targets) {
        String received = request.getHeader("raw-request-uri")
                .map(header -> header.value())
                .orElseGet(() -> request.getUri().path());
        String host = request.getHeader("host").map(header -> header.value()).orElse(null);
        RequestTarget target = targets.read(request.method().value(), received, host);
        InetSocketAddress peer = request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(address -> address.getAddress().map(inet -> new InetSocketAddress(inet, address.getPort())))
                .orElseGet(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        RequestRecord record = new RequestRecord();
        record.startNanos = System.nanoTime();
        record.startEpochMillis = System.currentTimeMillis();
        record.method = request.method().value();
        record.target = received;
        record.authority = target.authority();
        record.downstream = peer;
        record.listener = local;
        org.apache.pekko.http.scaladsl.model.HttpRequest model =
                (org.apache.pekko.http.scaladsl.model.HttpRequest) request;
        boolean http10 = model.protocol().equals(HttpProtocols$.MODULE$.HTTP$div1$u002E0());
        return new PekkoHttpExchange(record, listener, peer, local, loop, target, http10);
    }

    /**
     * The request for the proxy: with this exchange, without Pekko HTTP's own additions. A body that is here whole stays so;
     * lifting the limit would make a stream of it.
     */
    HttpRequest outgoing(HttpRequest request) {
        HttpRequest cleaned = request.removeHeader("raw-request-uri")
                .removeHeader("timeout-access")
                .addAttribute(KEY, this);
        return request.entity().isStrict()
                ? cleaned
                : cleaned.withEntity((RequestEntity) request.entity().withoutSizeLimit());
    }

    /** The reply's head is here; Pekko HTTP does not tell when its body is. */
    void replied() {
        finish();
    }

    @Override
    public EdgeLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public ListenerId listener() {
        return listener;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public boolean http10() {
        return http10;
    }

    /** Pekko HTTP has no way to send one. */
    @Override
    public void interim(int status, Fields fields) {}
}
