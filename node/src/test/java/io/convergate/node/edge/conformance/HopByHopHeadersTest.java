package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.HttpMessage.Field;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that end at the edge, and headers that must not end there because a client says so (RFC 9110 7.6.1). */
class HopByHopHeadersTest {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: keep-alive",
                "Connection: close",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "TE: gzip",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__"
            })
    void ofARequestEndsAtTheEdge(String header) throws IOException {
        edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\n" + header + "\r\nX-Kept: 1\r\n\r\n");

        String name = header.substring(0, header.indexOf(':'));
        assertThat(onlyRequest().values(name)).noneMatch(header::endsWith);
        assertThat(onlyRequest().values("X-Kept")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Hop", "x-hop", "keep-alive, X-Hop", "X-Other,\tx-HOP ,"})
    void namedByConnectionEndsAtTheEdge(String connection) throws IOException {
        edge.connect()
                .exchange("GET /x HTTP/1.1\r\nHost: a\r\nX-Hop: 1\r\nConnection: " + connection
                        + "\r\nX-Kept: 1\r\n\r\n");

        assertThat(onlyRequest().values("X-Hop")).isEmpty();
        assertThat(onlyRequest().values("X-Kept")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer t",
                "Proxy-Authorization: Basic eDp5",
                "Cookie: a=b",
                "Host: a",
                "Content-Type: text/plain",
                "Content-Encoding: gzip",
                "Cache-Control: no-store",
                "Origin: http://a",
                "Range: bytes=0-1",
                "If-Match: \"e\""
            })
    void thatSecurityDependsOnStaysThoughConnectionNamesIt(String header) throws IOException {
        String name = header.substring(0, header.indexOf(':'));
        String host = name.equals("Host") ? "" : "Host: a\r\n";
        HttpMessage answer = edge.connect()
                .exchange("GET /x HTTP/1.1\r\n" + host + header + "\r\nConnection: close, " + name + "\r\n\r\n");

        if (answer.status() != 400) {
            assertThat(onlyRequest().fields()).contains(new Field(name, header.substring(name.length() + 2)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id"})
    void thatTheEdgeItselfSetsStaysThoughConnectionNamesIt(String name) throws IOException {
        HttpMessage answer =
                edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close, " + name + "\r\n\r\n");

        if (answer.status() != 400) {
            assertThat(onlyRequest().values(name)).hasSize(1);
        }
    }

    @Test
    void contentLengthStaysThoughConnectionNamesIt() throws IOException {
        HttpMessage answer = edge.connect()
                .exchange(
                        "POST /x HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello");

        if (answer.status() != 400) {
            assertThat(onlyRequest().text()).isEqualTo("hello");
        }
    }

    @Test
    void teTrailersMayPass() throws IOException {
        edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nTE: trailers, gzip\r\nConnection: TE\r\n\r\n");

        assertThat(onlyRequest().values("TE")).allMatch("trailers"::equals);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: X-Hop",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Upgrade: h2c",
                "TE: trailers"
            })
    void ofAResponseEndsAtTheEdge(String header) throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|X-Kept: 1|X-Hop: 1|Connection: X-Hop|" + header + "|Content-Length: 0||");
        HttpMessage answer = edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(answer.values(header.substring(0, header.indexOf(':')))).noneMatch(header::endsWith);
        assertThat(answer.values("X-Hop")).isEmpty();
        assertThat(answer.values("X-Kept")).containsExactly("1");
    }

    @Test
    void framingOfAResponseStaysThoughItsConnectionHeaderNamesIt() throws IOException {
        edge.origin()
                .answer("HTTP/1.1 200 OK|Connection: Content-Length, Set-Cookie|Set-Cookie: a|Content-Length: 2||ok");
        HttpMessage answer = edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(answer.text()).isEqualTo("ok");
        assertThat(answer.values("Set-Cookie")).containsExactly("a");
    }

    @Test
    void repeatedHeadersKeepTheirNumberAndOrder() throws IOException {
        edge.origin()
                .answer("HTTP/1.1 200 OK|Set-Cookie: a=1|X: y|Set-Cookie: b=2|Set-Cookie: a=1|Content-Length: 0||");
        HttpMessage answer = edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nY: 1\r\nZ: 2\r\nY: 3\r\n\r\n");

        assertThat(onlyRequest().values("Y")).containsExactly("1", "3");
        assertThat(answer.values("Set-Cookie")).containsExactly("a=1", "b=2", "a=1");
    }

    @Test
    void bytesOfAValuePassUnchanged() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|X: \\xc3\\xa9\\xff \"\t,;|Content-Length: 0||");
        HttpMessage answer =
                edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nX: \u00c3\u00a9\u00ff \"\t,;\r\n\r\n");

        assertThat(onlyRequest().values("X")).containsExactly("\u00c3\u00a9\u00ff \"\t,;");
        assertThat(answer.values("X")).containsExactly("\u00c3\u00a9\u00ff \"\t,;");
    }

    private static HttpMessage onlyRequest() throws IOException {
        assertThat(edge.requestsAtOrigin()).hasSize(1);
        return edge.requestsAtOrigin().get(0);
    }
}
