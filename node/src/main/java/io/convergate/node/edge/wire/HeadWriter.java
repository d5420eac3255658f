package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Statuses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.StatusCode;

/**
 * Writes the head of a message from the model's fields. What goes out was either read through the strict check or made
 * by us; a name or value from anywhere else (a filter, a configured header) is checked here, because a CR or LF in it
 * would be a second header.
 */
public final class HeadWriter {
    private static final byte[] COLON = {':', ' '};
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[][] STATUS_LINES = statusLines();

    private HeadWriter() {}

    /** {@code HTTP/1.1 status reason CRLF}: a gateway answers in its own version (RFC 9110 section 2.5). */
    static void statusLine(ByteBuf out, StatusCode status) {
        out.writeBytes(STATUS_LINES[status.intValue()]);
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[Statuses.MAX + 1][];
        for (int number = Statuses.MIN; number <= Statuses.MAX; number++) {
            lines[number] = ("HTTP/1.1 " + number + ' ' + Statuses.of(number).reason() + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
        return lines;
    }

    /** {@code method SP target SP HTTP/1.1 CRLF}; both have been checked. */
    public static void requestLine(ByteBuf out, String method, String target) {
        ByteBufUtil.writeAscii(out, method);
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, target);
        out.writeBytes(HTTP_1_1);
    }

    private static final byte[] HTTP_1_1 = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    /** One field line. */
    public static void field(ByteBuf out, HttpHeader field) {
        if (field instanceof Field known) {
            out.writeBytes(known.headerName().bytes());
        } else {
            check(field);
            ByteBufUtil.writeAscii(out, field.name());
        }
        out.writeBytes(COLON);
        ByteBufUtil.writeAscii(out, field.value());
        out.writeBytes(CRLF);
    }

    /** One field line of a name in bytes. */
    public static void field(ByteBuf out, byte[] name, CharSequence value) {
        out.writeBytes(name).writeBytes(COLON);
        ByteBufUtil.writeAscii(out, value);
        out.writeBytes(CRLF);
    }

    /** {@code content-length}, without making a string of it. */
    public static void contentLength(ByteBuf out, long length) {
        out.writeBytes(CONTENT_LENGTH);
        writeDecimal(out, length);
        out.writeBytes(CRLF);
    }

    private static final byte[] CONTENT_LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

    private static void writeDecimal(ByteBuf out, long value) {
        if (value >= 10) {
            writeDecimal(out, value / 10);
        }
        out.writeByte((int) ('0' + value % 10));
    }

    /** The empty line that ends a head. */
    public static void end(ByteBuf out) {
        out.writeBytes(CRLF);
    }

    private static void check(HttpHeader field) {
        String name = field.name();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) > 0x7f || !HeadScanner.isToken((byte) name.charAt(i))) {
                throw new IllegalArgumentException("header name '" + name + "' (expected: a token)");
            }
        }
        String value = field.value();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new IllegalArgumentException("value of header " + name + " (expected: no control characters)");
            }
        }
    }
}
