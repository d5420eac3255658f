package io.convergate.loadgen.origin;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** An answer that is wrong on the wire. Every one of them must reach a client as an error of the gateway, never as it is. */
public enum Malformation {
    /** No status code in the status line (RFC 9112 4). */
    STATUS_LINE("status-line", "HTTP/1.1 OK\r\ncontent-length: 2\r\n\r\nok"),
    /** Two lengths that differ (RFC 9112 6.3 rule 5). */
    TWO_LENGTHS("two-lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 4\r\n\r\nokok"),
    /** A length that is no number. */
    BAD_LENGTH("bad-length", "HTTP/1.1 200 OK\r\ncontent-length: 2x\r\n\r\nok"),
    /** Less body than announced, then the end (RFC 9112 8). */
    SHORT_BODY("short-body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok"),
    /** A chunk whose size is no number (RFC 9112 7.1). */
    BAD_CHUNK("bad-chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n"),
    /** A chunked body without its last chunk (RFC 9112 8). */
    NO_LAST_CHUNK("no-last-chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n"),
    /** A header line without a colon (RFC 9112 5). */
    BAD_HEADER("bad-header", "HTTP/1.1 200 OK\r\nno colon here\r\ncontent-length: 2\r\n\r\nok"),
    /** Something else than HTTP altogether. */
    GARBAGE("garbage", "220 mail.test ESMTP\r\n");

    private final String text;
    private final String wire;

    Malformation(String text, String wire) {
        this.text = text;
        this.wire = wire;
    }

    /** Its name in JSON and scenarios. */
    @JsonValue
    public String text() {
        return text;
    }

    /** What is sent. */
    byte[] bytes() {
        return wire.getBytes(StandardCharsets.US_ASCII);
    }

    /** All names. */
    static List<String> names() {
        return Arrays.stream(values()).map(Malformation::text).toList();
    }
}
