package io.convergate.node.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.FakeExchange;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.telemetry.trace.TraceHeaders;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {
    private final FakeExchange exchange = new FakeExchange("192.0.2.7", "a.example", "/");

    private static Fields fields(String... lines) {
        Fields fields = new Fields(lines.length);
        for (String line : lines) {
            int colon = line.indexOf(':');
            fields.add(
                    Field.of(line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return fields;
    }

    private List<String> sent(boolean trusted, String... received) {
        return lines(RequestHeaders.forUpstream(
                fields(received).toSeq(), exchange, "a.example", "http", trusted, false, TraceHeaders.W3C));
    }

    private static List<String> lines(Fields fields) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            HttpHeader field = fields.get(i);
            lines.add(field.name() + ": " + field.value());
        }
        return lines;
    }

    @Test
    void gatewayAddsWhatItKnowsBehindWhatItPasses() {
        List<String> sent = sent(false, "Host: a.example", "User-Agent: curl", "Accept: */*", "X-Y: 1", "X-Y: 2");

        assertThat(sent.subList(0, 7))
                .containsExactly(
                        "host: a.example",
                        "User-Agent: curl",
                        "Accept: */*",
                        "X-Y: 1",
                        "X-Y: 2",
                        "x-forwarded-for: 192.0.2.7",
                        "x-forwarded-proto: http");
        assertThat(sent.get(7)).startsWith("x-request-id: ").hasSize(14 + 36);
        assertThat(sent).hasSize(8);
        assertThat(exchange.record().userAgent).isEqualTo("curl");
        assertThat(exchange.record().forwardedFor).isEqualTo("192.0.2.7");
        assertThat(sent.get(7)).endsWith(String.valueOf(exchange.record().requestId));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: x",
                "Keep-Alive: 5",
                "Proxy-Connection: x",
                "Upgrade: h2c",
                "HTTP2-Settings: x",
                "TE: gzip",
                "Transfer-Encoding: chunked",
                "Content-Length: 5"
            })
    void hopByHopFieldEndsHere(String field) {
        assertThat(sent(true, "Host: a.example", field)).noneMatch(line -> line.equalsIgnoreCase(field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "Forwarded: for=evil", "X-Real-IP: evil",
                "X-Forwarded-Port: 1", "X-Forwarded-Client-Cert: evil", "X-Original-URL: /admin",
                        "X-Rewrite-URL: /admin",
                "X-Envoy-Internal: true", "x-envoy-retry-on: 5xx"
            })
    void whatAnUntrustedPeerSaysAboutItselfEndsHere(String field) {
        assertThat(sent(false, "Host: a.example", field)).noneMatch(line -> line.contains(field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Host: b",
                "Forwarded: for=b",
                "X-Real-IP: 1.2.3.4",
                "X-Forwarded-Client-Cert: c",
                "X-Envoy-Internal: true"
            })
    void whatATrustedPeerSaysPasses(String field) {
        assertThat(sent(true, "Host: a.example", field)).contains(field);
    }

    @Test
    void peerIsAppendedToWhoeverCameBefore() {
        assertThat(sent(false, "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2"))
                .contains("x-forwarded-for: 1.1.1.1,2.2.2.2,192.0.2.7");
        assertThat(sent(false, "X-Forwarded-For:  ")).contains("x-forwarded-for: 192.0.2.7");
    }

    @Test
    void connectionTakesAwayWhatItNamesAndNothingThatSecurityRestsOn() {
        List<String> sent = sent(
                true,
                "Host: a.example",
                "Connection: close, X-Mine , ,x-also",
                "Connection: Authorization, Host, X-Forwarded-For, X-Request-Id, Cookie, X-Real-IP, Content-Type, User-Agent",
                "X-Mine: 1",
                "x-ALSO: 1",
                "X-Other: 1",
                "Authorization: Basic x",
                "Cookie: a=b",
                "X-Real-IP: 1.2.3.4",
                "Content-Type: a/b",
                "User-Agent: curl",
                "X-Request-Id: id");

        assertThat(sent)
                .containsExactly(
                        "host: a.example",
                        "X-Other: 1",
                        "Authorization: Basic x",
                        "Cookie: a=b",
                        "X-Real-IP: 1.2.3.4",
                        "Content-Type: a/b",
                        "User-Agent: curl",
                        "x-forwarded-for: 192.0.2.7",
                        "x-forwarded-proto: http",
                        "x-request-id: id");
    }

    @Test
    void requestIdIsKeptOnlyIfItIsHarmless() {
        assertThat(sent(false, "X-Request-Id: abc-1")).contains("x-request-id: abc-1");
        assertThat(sent(false, "X-Request-Id: a b")).doesNotContain("x-request-id: a b");
        assertThat(sent(false, "X-Request-Id: " + "a".repeat(1_000))).noneMatch(line -> line.length() > 100);
    }

    @Test
    void rewrittenAuthorityKeepsTheOldOneInXForwardedHost() {
        List<String> sent = lines(RequestHeaders.forUpstream(
                fields("Host: a.example", "X-Forwarded-Host: evil").toSeq(),
                exchange,
                "b.example",
                "https",
                true,
                false,
                TraceHeaders.W3C));

        assertThat(sent)
                .startsWith("host: b.example")
                .contains("x-forwarded-host: a.example", "x-forwarded-proto: https")
                .doesNotContain("X-Forwarded-Host: evil");
    }

    @Test
    void expectationPassesOnlyWithABodyThatIsStillToCome() {
        Fields received = fields("Expect: 100-continue");

        assertThat(lines(RequestHeaders.forUpstream(
                        received.toSeq(), exchange, "a", "http", false, true, TraceHeaders.W3C)))
                .contains("Expect: 100-continue");
        assertThat(sent(false, "Expect: 100-continue")).noneMatch(line -> line.contains("Expect"));
    }
}
