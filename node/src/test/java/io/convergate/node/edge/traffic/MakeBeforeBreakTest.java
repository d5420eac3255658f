package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What requests see of changes that do not go together: nothing, and strangers go on. */
class MakeBeforeBreakTest {
    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private String service;

    @BeforeEach
    void serveTheFirstSubset() throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            while (true) {
                connection.request();
                connection.send("HTTP/1.1 200 OK|Content-Length: 2||ok");
            }
        });
        service = service("a", "labels: {v: one}", origin.address());
        edge.serve(service, subsets("v1"), route("a.test, subset: v1"), stranger("first"));
        assertAnswers("200 ok", "200 first");
    }

    @Test
    void aSubsetIsNotTakenFromTheRouteThatNamesIt() throws IOException {
        edge.serve(service, subsets("v2"), route("a.test, subset: v1"), stranger("second"));
        assertAnswers("200 ok", "200 second");
        edge.serve(service, subsets("v2"), route("a.test, subset: v2"), stranger("third"));
        assertAnswers("200 ok", "200 third");
    }

    @Test
    void aRouteWaitsForTheSubsetThatItIsGoingToName() throws IOException {
        edge.serve(service, subsets("v1"), route("a.test, subset: v2"), stranger("second"));
        assertAnswers("200 ok", "200 second");
        edge.serve(service, subsets("v2"), route("a.test, subset: v2"), stranger("third"));
        assertAnswers("200 ok", "200 third");
    }

    @Test
    void aServiceIsNotTakenFromTheRouteThatNamesIt() throws IOException {
        edge.serve(service.replace("a.test", "b.test"), subsets("v1"), route("a.test, subset: v1"), stranger("second"));
        assertAnswers("200 ok", "200 second");
    }

    @Test
    void aDeletionWaitsUntilNoRouteNamesTheService() throws IOException {
        edge.serve(subsets("v1"), route("a.test, subset: v1"), stranger("second"));
        assertAnswers("200 ok", "200 second");
        edge.serve(stranger("third"));
        edge.serve(route("a.test, subset: v1"), stranger("fourth"));
        assertThat(edge.get("/").status()).isEqualTo(503);
        assertThat(ask("stranger.test")).isEqualTo("200 fourth");
    }

    private static void assertAnswers(String route, String stranger) throws IOException {
        assertThat(ask("a")).isEqualTo(route);
        assertThat(ask("stranger.test")).isEqualTo(stranger);
    }

    private static String ask(String host) throws IOException {
        var answer = edge.connect().exchange("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        return answer.status() + " " + answer.text();
    }

    private static String subsets(String name) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: a}
                spec: {host: a.test, subsets: [{name: %s, labels: {v: one}}]}
                """.formatted(name);
    }

    private static String route(String destination) {
        return ConfiguredEdge.route("route: [{destination: {host: %s}}]".formatted(destination));
    }

    private static String stranger(String text) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: stranger}
                spec:
                  hosts: [stranger.test]
                  gateways: [gw]
                  http: [{directResponse: {status: 200, body: {string: %s}}}]
                """.formatted(text);
    }
}
