package io.convergate.node.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.PoolSettings;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table is served once the names in it are resolved, so that the first request finds an endpoint. */
class UpstreamsTest {
    private static final String FOUND = "192.0.2.33";

    private final ActorSystem system = ActorSystem.create("upstreams");
    private HeldDnsServer dns;
    private EdgeLoops loops;
    private Upstreams upstreams;

    @BeforeEach
    void start() throws IOException {
        dns = new HeldDnsServer(FOUND);
        loops = new EdgeLoops("nio", 1, system);
        upstreams = new Upstreams(loops, new SingletonDnsServerAddressStreamProvider(dns.address()));
    }

    @AfterEach
    void stop() {
        upstreams.close();
        loops.close();
        dns.close();
        system.terminate();
    }

    private Upstream upstream(Resolution resolution, String address) {
        UpstreamInfo info = new UpstreamInfo(
                "outbound|80||" + address,
                address,
                80,
                Optional.empty(),
                resolution,
                List.of(new EndpointSpec(address, 80, 1, Map.of(), "")),
                LoadBalancing.ROUND_ROBIN,
                PoolSettings.DEFAULTS);
        return new Upstream(info, upstreams.runtime(info));
    }

    private static List<String> endpoints(Upstream upstream) {
        return ((UpstreamRuntime) upstream.attachment())
                .endpoints().stream().map(Endpoint::text).toList();
    }

    @Test
    void aTableWaitsForTheAddressesOfItsNames() throws Exception {
        Upstream named = upstream(Resolution.DNS, "named.example");
        CompletableFuture<Void> prepared = upstreams.prepare(List.of(named)).toCompletableFuture();
        assertThat(dns.asked().await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(prepared).isNotDone();
        assertThat(endpoints(named)).isEmpty();

        dns.release();
        prepared.get(10, TimeUnit.SECONDS);

        assertThat(endpoints(named)).containsExactly(FOUND + ":80");
    }

    @Test
    void aNameThatIsKnownIsNotWaitedForAgain() throws Exception {
        dns.release();
        Upstream first = upstream(Resolution.DNS, "named.example");
        upstreams.prepare(List.of(first)).toCompletableFuture().get(10, TimeUnit.SECONDS);

        Upstream again = upstream(Resolution.DNS, "named.example");

        assertThat(endpoints(again)).containsExactly(FOUND + ":80");
        assertThat(upstreams.prepare(List.of(first, again)).toCompletableFuture())
                .isDone();
    }

    @Test
    void addressesNeedNoWaiting() {
        Upstream literal = upstream(Resolution.STATIC, "192.0.2.1");

        assertThat(upstreams.prepare(List.of(literal)).toCompletableFuture()).isDone();
        assertThat(endpoints(literal)).containsExactly("192.0.2.1:80");
    }

    @Test
    void serversThatSayNothingHoldATableUpForSecondsOnly() throws Exception {
        Upstream named = upstream(Resolution.DNS, "named.example");

        upstreams.prepare(List.of(named)).toCompletableFuture().get(10, TimeUnit.SECONDS);

        assertThat(endpoints(named)).isEmpty();
    }
}
