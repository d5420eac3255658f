package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.route;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsTest {
    private static final String POLICY = """
            corsPolicy:
              allowOrigins: [{exact: 'https://a.io'}, {prefix: 'https://b.'}, {regex: 'https://c[0-9]+\\.io'}]
              allowMethods: [GET, PUT]
              allowHeaders: [x-one, x-two]
              exposeHeaders: [x-shown]
              maxAge: 24h
              allowCredentials: true
            """;

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private RecordingOrigin serve(String rule) throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Access-Control-Allow-Origin: upstream|Content-Length: 2||ok");
        });
        edge.serve(service("a", origin.address()), routeTo("a", rule));
        return origin;
    }

    private static HttpMessage preflight(String origin) throws IOException {
        return edge.connect()
                .exchange("OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin: " + origin
                        + "\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
    }

    private static HttpMessage get(String origin) throws IOException {
        return edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nOrigin: " + origin + "\r\n\r\n");
    }

    @Test
    void preflightOfAnAllowedOriginIsAnsweredHere() throws IOException {
        RecordingOrigin origin = serve(POLICY);
        HttpMessage answer = preflight("https://a.io");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.values("access-control-allow-origin")).containsExactly("https://a.io");
        assertThat(answer.values("access-control-allow-credentials")).containsExactly("true");
        assertThat(answer.values("access-control-allow-methods")).containsExactly("GET,PUT");
        assertThat(answer.values("access-control-allow-headers")).containsExactly("x-one,x-two");
        assertThat(answer.values("access-control-max-age")).containsExactly("86400");
        assertThat(answer.values("access-control-expose-headers")).isEmpty();
        assertThat(answer.values("vary")).containsExactly("origin");
        assertThat(answer.text()).isEmpty();
        assertThat(origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.io, true",
        "https://a.io.evil, false",
        "https://b.example, true",
        "http://b.example, false",
        "https://c42.io, true",
        "https://c42.io.evil, false",
        "null, false",
    })
    void originsAreComparedExactlyOrAsTheyAreWritten(String from, boolean allowed) throws IOException {
        serve(POLICY);
        HttpMessage answer = get(from);

        assertThat(answer.text()).isEqualTo("ok");
        assertThat(answer.values("access-control-allow-origin")).containsExactly(allowed ? from : "upstream");
        assertThat(answer.values("access-control-expose-headers")).isEqualTo(allowed ? List.of("x-shown") : List.of());
    }

    @ParameterizedTest
    @CsvSource({"'*', https://anyone", "'*', null"})
    void starAllowsEveryOrigin(String pattern, String from) throws IOException {
        serve("corsPolicy: {allowOrigins: [{exact: '" + pattern + "'}]}");

        assertThat(get(from).values("access-control-allow-origin")).containsExactly(from);
        assertThat(get(from).values("access-control-allow-credentials")).isEmpty();
    }

    @Test
    void preflightOfAnotherOriginGoesToTheUpstream() throws IOException {
        RecordingOrigin origin = serve(POLICY);

        assertThat(preflight("https://evil.io").values("access-control-allow-origin"))
                .containsExactly("upstream");
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void preflightOfAnotherOriginIsAnsweredWithoutAGrantIfTheRouteSaysSo() throws IOException {
        RecordingOrigin origin = serve(POLICY + "  unmatchedPreflights: IGNORE\n");
        HttpMessage answer = preflight("https://evil.io");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.values("access-control-allow-origin")).isEmpty();
        assertThat(origin.requests()).isEmpty();
        assertThat(get("https://evil.io").text()).isEqualTo("ok");
    }

    @Test
    void optionsThatIsNoPreflightGoesToTheUpstream() throws IOException {
        RecordingOrigin origin = serve(POLICY);
        edge.connect().exchange("OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin: https://a.io\r\n\r\n");
        edge.connect().exchange("OPTIONS /x HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: PUT\r\n\r\n");

        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void scriptMayReadWhatTheGatewayItselfAnswers() throws IOException {
        serve(POLICY + "fault: {abort: {percentage: {value: 100}, httpStatus: 500}}");
        assertThat(get("https://a.io").values("access-control-allow-origin")).containsExactly("https://a.io");

        edge.serve(route(POLICY + "directResponse: {status: 200, body: {string: hi}}"));
        HttpMessage direct = get("https://a.io");
        assertThat(direct.text()).isEqualTo("hi");
        assertThat(direct.values("access-control-allow-origin")).containsExactly("https://a.io");
    }
}
