package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.SampledTraffic;
import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.routing.explain.SampledRequest;
import io.convergate.routing.match.ListenerId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an edge keeps in mind of the requests that came over its sockets. */
class RequestSamplesTest {
    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private static List<SampledRequest> sampled(String host) {
        return edge.sampled().stream()
                .map(SampledTraffic::request)
                .filter(request -> request.authority().equals(host))
                .toList();
    }

    @Test
    void ofARequestThatIsKeptWhatRoutingLooksAt() throws IOException {
        edge.serve(route("match: [{headers: {x-user: {exact: me}}, queryParams: {page: {exact: '2'}}}]\n"
                + "directResponse: {status: 200}"));
        edge.connect()
                .exchange("GET /a%62c?page=2&key=s3cret HTTP/1.1\r\nHost: kept.io\r\nX-User: me\r\n"
                        + "Authorization: Bearer s3cret\r\nCookie: id=s3cret\r\nX-Other: s3cret\r\n\r\n");

        SampledRequest request = sampled("kept.io").get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.scheme()).isEqualTo("http");
        assertThat(request.path()).isEqualTo("/abc");
        assertThat(request.query()).isEqualTo("page=2");
        assertThat(request.listener()).isEqualTo(ListenerId.of(80));
        assertThat(request.headers()).isEqualTo(Map.of("x-user", "me"));
        assertThat(request.hidesParameters()).isTrue();
        assertThat(request.toString()).doesNotContain("s3cret");
    }

    @Test
    void requestsThatNoRouteTakesAreKeptToo() throws IOException {
        edge.serve(route("match: [{uri: {exact: /x}}]\ndirectResponse: {status: 200}"));
        assertThat(edge.connect()
                        .exchange("GET /none HTTP/1.1\r\nHost: lost.io\r\n\r\n")
                        .status())
                .isEqualTo(404);

        assertThat(sampled("lost.io")).extracting(SampledRequest::path).containsExactly("/none");
    }
}
