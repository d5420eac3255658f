package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.Revision;
import io.convergate.routing.model.ConfigPatience;
import io.convergate.routing.model.Resource;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServedRevisionsTest {
    private static final String ONE = "00000000000000aa.1";
    private static final String TWO = "00000000000000aa.2";
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final ServedRevisions revisions = new ServedRevisions();

    @Test
    void whoAsksForWhatIsServedNeedNotWait() {
        revisions.served(Revision.parse(TWO));
        assertThat(wait(ONE, LONG)).isCompletedWithValue(true);
        assertThat(wait("0", LONG)).isCompletedWithValue(true);
        assertThatThrownBy(() -> revisions.served("nonsense", LONG)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoAsksForMoreWaitsUntilThatOrANewerOneIsServed() {
        CompletableFuture<Boolean> waiting = wait(ONE, LONG);
        revisions.served(Revision.parse("00000000000000bb.9"));
        assertThat(waiting).isNotDone();
        revisions.served(Revision.parse(TWO));
        assertThat(waiting).isCompletedWithValue(true);
    }

    @Test
    void nobodyWaitsForEverAndNotTooManyWait() {
        assertThat(wait(ONE, 1_000_000).join()).isFalse();
        List<CompletableFuture<Boolean>> many = new ArrayList<>();
        for (int i = 0; i < ServedRevisions.WAITERS_MAX; i++) {
            many.add(wait(ONE, LONG));
        }
        assertThat(wait(ONE, LONG)).as("one too many").isCompletedWithValue(false);
        revisions.served(Revision.parse(ONE));
        assertThat(many).allMatch(waiter -> waiter.join());
    }

    @Test
    void aGatewayOptsInByAnAnnotation() {
        revisions.optIn(List.of(gateway(80, "5s"), gateway(81, "nonsense"), gateway(82, "1m"), ofGatewayApi(84)));
        assertThat(revisions.patienceNanos(80)).isEqualTo(TimeUnit.SECONDS.toNanos(5));
        assertThat(revisions.patienceNanos(81)).isZero();
        assertThat(revisions.patienceNanos(82)).isEqualTo(ConfigPatience.MAX.toNanos());
        assertThat(revisions.patienceNanos(83)).isZero();
        assertThat(revisions.patienceNanos(84)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(250));
    }

    private CompletableFuture<Boolean> wait(String revision, long nanos) {
        return revisions.served(revision, nanos).toCompletableFuture();
    }

    private static Resource gateway(int port, String annotation) {
        String text = """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata:
                  name: gw-%d
                  annotations:
                    convergate.io/config-at-least: "%s"
                spec:
                  servers:
                  - port: {number: %d, name: http, protocol: HTTP}
                    hosts: ["*"]
                """.formatted(port, annotation, port);
        return read(text);
    }

    private static Resource ofGatewayApi(int port) {
        return read("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: gw, annotations: {convergate.io/config-at-least: 250ms}}
                spec: {gatewayClassName: c, listeners: [{name: http, port: %d, protocol: HTTP}]}
                """.formatted(port));
    }

    private static Resource read(String text) {
        return new ResourceReader(ReadSettings.DEFAULTS)
                .read(text.getBytes(StandardCharsets.UTF_8))
                .documents()
                .get(0)
                .resource()
                .orElseThrow();
    }
}
