package io.convergate.node.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.Statuses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.ContentType;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ResponseEntity;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
    private static final String DATE = "Mon, 23 Nov 2026 00:00:00 GMT";

    private static ResponseEntity entity(String kind) {
        ContentType type = ContentTypes.of("text/plain");
        Source<ByteString, ?> none = Source.empty();
        switch (kind) {
            case "empty":
                return (ResponseEntity) HttpEntities.EMPTY;
            case "strict":
                return (ResponseEntity) HttpEntities.create(type, ByteString.fromString("hello"));
            case "length":
                return (ResponseEntity) HttpEntities.create(type, 7, none);
            case "chunked":
                return (ResponseEntity) HttpEntities.createChunked(type, none);
            default:
                return (ResponseEntity) HttpEntities.createCloseDelimited(type, none);
        }
    }

    private static HttpResponse response(int status, String kind, HttpHeader... headers) {
        Fields fields = new Fields(4);
        for (HttpHeader header : headers) {
            fields.add(header);
        }
        return (HttpResponse) org.apache.pekko.http.javadsl.model.HttpResponse.create()
                .withStatus(Statuses.of(status))
                .withEntity((org.apache.pekko.http.javadsl.model.ResponseEntity) entity(kind))
                .withHeaders(java.util.List.copyOf(java.util.Arrays.asList(headers)));
    }

    private static String head(HttpResponse response, boolean head, boolean http10, boolean close) {
        ByteBuf out = Unpooled.buffer();
        ResponseHead.of(response, head, http10, close).write(out, response, http10, DATE);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0} of {1}, HEAD {2}, HTTP/1.0 {3}, close {4}")
    @CsvSource({
        // status | entity | HEAD | 1.0 | close asked | body | framing | connection
        "200,empty,false,false,false,true,content-length: 0,-",
        "200,strict,false,false,false,true,content-length: 5,-",
        "200,strict,false,false,true,true,content-length: 5,close",
        "200,strict,false,true,false,true,content-length: 5,keep-alive",
        "200,strict,false,true,true,true,content-length: 5,close",
        "200,length,false,false,false,true,content-length: 7,-",
        "200,length,false,true,false,true,content-length: 7,keep-alive",
        "200,chunked,false,false,false,true,transfer-encoding: chunked,-",
        "200,chunked,false,true,false,true,-,close",
        "200,close,false,false,false,true,transfer-encoding: chunked,-",
        "200,close,false,true,false,true,-,close",
        "200,strict,true,false,false,false,-,-",
        "200,chunked,true,false,false,false,-,-",
        "204,empty,false,false,false,false,-,-",
        "304,empty,false,false,false,false,-,-",
        "404,empty,false,false,false,true,content-length: 0,-",
        "599,strict,false,false,false,true,content-length: 5,-",
    })
    void framingFollowsFromTheEntityAndTheRequest(
            int status,
            String kind,
            boolean head,
            boolean http10,
            boolean close,
            boolean body,
            String framing,
            String connection) {
        HttpResponse response = response(status, kind);
        String text = head(response, head, http10, close);

        assertThat(ResponseHead.of(response, head, http10, close).hasBody()).isEqualTo(body);
        assertThat(text).startsWith("HTTP/1.1 " + status + " ").endsWith("\r\n\r\n");
        assertThat(text.lines().filter(line -> line.startsWith("content-length") || line.startsWith("transfer-")))
                .containsExactly(framing.equals("-") ? new String[0] : new String[] {framing});
        assertThat(text.lines().filter(line -> line.startsWith("connection")))
                .containsExactly(connection.equals("-") ? new String[0] : new String[] {"connection: " + connection});
        assertThat(text.lines().filter(line -> line.startsWith("date"))).containsExactly("date: " + DATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "Keep-Alive",
                "Upgrade",
                "TE",
                "Proxy-Connection"
            })
    void framingInTheHeadersIsIgnored(String name) {
        String text = head(response(200, "strict", Field.of(name, "99")), false, false, false);

        assertThat(text).doesNotContain("99");
    }

    @Test
    void lengthOfABodyThatIsNotSentIsKept() {
        Field length = Field.of("Content-Length", "12345");

        assertThat(head(response(200, "empty", length), true, false, false)).contains("Content-Length: 12345\r\n");
        assertThat(head(response(304, "empty", length), false, false, false)).contains("Content-Length: 12345\r\n");
        assertThat(head(response(204, "empty", length), false, false, false)).doesNotContain("12345");
    }

    @Test
    void contentTypeKeepsItsText() {
        for (String text :
                new String[] {"text/html;charset=utf-8", "nonsense", "Multipart/Form-Data; Boundary=\"x\""}) {
            HttpResponse response = (HttpResponse) response(200, "strict", Field.of("Content-Type", text))
                    .withEntity((org.apache.pekko.http.javadsl.model.ResponseEntity)
                            HttpEntities.create(ContentTypes.of(text), ByteString.fromString("x")));

            assertThat(head(response, false, false, false))
                    .containsOnlyOnce("Content-Type: " + text + "\r\n")
                    .doesNotContain("content-type");
        }
    }

    @Test
    void contentTypeOfAnotherEntityReplacesTheText() {
        String text = head(response(200, "strict", Field.of("Content-Type", "image/png")), false, false, false);

        assertThat(text).contains("content-type: text/plain\r\n").doesNotContain("image/png");
    }

    @Test
    void dateOfTheUpstreamIsKept() {
        assertThat(head(response(200, "empty", Field.of("Date", "yesterday")), false, false, false))
                .contains("Date: yesterday\r\n")
                .doesNotContain(DATE);
    }

    @Test
    void trailerIsAnnouncedOnlyWithChunks() {
        Field trailer = Field.of("Trailer", "X-Sum");

        assertThat(head(response(200, "chunked", trailer), false, false, false)).contains("Trailer: X-Sum");
        assertThat(head(response(200, "chunked", trailer), false, true, false)).doesNotContain("Trailer");
        assertThat(head(response(200, "strict", trailer), false, false, false)).doesNotContain("Trailer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\u007fb"})
    void valueFromAFilterThatWouldBeASecondHeaderIsRefused(String value) {
        assertThatThrownBy(() -> head(
                        response(200, "empty", (HttpHeader) RawHeader.create("X-Filter", value)), false, false, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valueBeyondLatin1CannotBecomeAControlCharacter() {
        // U+010D and U+010A are CR and LF with their high byte cut off.
        String text = head(response(200, "empty", Field.of("X", "a\u010d\u010ab\u00e4")), false, false, false);

        assertThat(text).contains("X: a??b\u00e4\r\n");
    }
}
