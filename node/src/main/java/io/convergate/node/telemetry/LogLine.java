package io.convergate.node.telemetry;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request record as one line of text into a buffer of its own, byte by byte: formatting a line with strings would
 * cost more than routing the request did. Confined to one thread.
 */
final class LogLine {
    /** Room for a line of values that are all cut. */
    static final int BYTES_MAX = 24 * 1024;

    /** The target is cut here: no client decides how much is logged. Every limit on request lines leaves it whole. */
    private static final int TARGET_BYTES_MAX = 8 * 1024;

    /** Other values are cut here. */
    private static final int VALUE_BYTES_MAX = 1024;

    private static final int ESCAPE_LENGTH = 6;
    private static final int NO_POINT = -1;

    /** RFC 3629: what a character of two, three or four bytes begins with. */
    private static final int FIRST_OF_SEVERAL = 0xc2;

    private static final int LAST_OF_SEVERAL = 0xf4;

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.000'Z'").withZone(ZoneOffset.UTC);

    private final byte[] line = new byte[BYTES_MAX + 1];
    private int length;
    private long second = Long.MIN_VALUE;
    private long millis = Long.MIN_VALUE;
    private byte[] millisText = new byte[0];

    byte[] bytes() {
        return line;
    }

    int length() {
        return length;
    }

    /**
     * Envoy's default format:
     * {@code [START_TIME] "METHOD PATH PROTOCOL" CODE FLAGS BYTES_RECEIVED BYTES_SENT DURATION UPSTREAM_SERVICE_TIME
     * "X-FORWARDED-FOR" "USER-AGENT" "X-REQUEST-ID" "AUTHORITY" "UPSTREAM_HOST"}. Durations are milliseconds. If there are traces,
     * the trace's id follows.
     */
    void text(RequestRecord record) {
        length = 0;
        put('[');
        time(record.startEpochMillis);
        put("] \"");
        quotedOrDash(record.method, VALUE_BYTES_MAX);
        put(' ');
        quotedOrDash(record.target, TARGET_BYTES_MAX);
        put(' ');
        put(record.protocol);
        put("\" ");
        number(record.status);
        put(' ');
        put(record.flag == ResponseFlag.DR ? "-" : record.flags());
        put(' ');
        number(record.bytesReceived);
        put(' ');
        number(record.bytesSent);
        put(' ');
        number(millis(record.endNanos - record.startNanos));
        put(' ');
        if (record.upstreamHeadNanos == 0) {
            put('-');
        } else {
            number(millis(record.upstreamHeadNanos - record.upstreamStartNanos));
        }
        quotedField(record.forwardedFor);
        quotedField(record.userAgent);
        quotedField(record.requestId);
        quotedField(record.authority);
        quotedField(record.upstreamHost);
        if (record.traceparent != null) {
            put(" \"");
            traceId(record.traceparent);
            put('"');
        }
        end();
    }

    /** One JSON object with the field names of Istio's JSON access log. */
    void json(RequestRecord record) {
        length = 0;
        put("{\"start_time\":\"");
        time(record.startEpochMillis);
        put('"');
        member("method", record.method);
        put(",\"path\":\"");
        quoted(record.target, TARGET_BYTES_MAX);
        put('"');
        member("protocol", record.protocol);
        member("response_code", record.status);
        member("response_flags", record.flags());
        member("response_code_details", record.details);
        member("bytes_received", record.bytesReceived);
        member("bytes_sent", record.bytesSent);
        member("duration", millis(record.endNanos - record.startNanos));
        if (record.upstreamHeadNanos != 0) {
            member("upstream_service_time", millis(record.upstreamHeadNanos - record.upstreamStartNanos));
        }
        member("attempts", record.attempts);
        member("x_forwarded_for", record.forwardedFor);
        member("user_agent", record.userAgent);
        member("request_id", record.requestId);
        if (record.traceparent != null) {
            put(",\"trace_id\":\"");
            traceId(record.traceparent);
            put('"');
        }
        member("authority", record.authority);
        member("upstream_host", record.upstreamHost);
        member("upstream_cluster", record.upstreamName);
        member("route_name", record.routeName.isEmpty() ? null : record.routeName);
        member("downstream_remote_address", address(record.downstream));
        member("downstream_local_address", address(record.listener));
        put('}');
        end();
    }

    /** The 32 digits behind the version. */
    @SuppressWarnings("deprecation") // see put
    private void traceId(String traceparent) {
        traceparent.getBytes(3, 35, line, length);
        length += 32;
    }

    private void end() {
        line[length++] = '\n';
    }

    private static @Nullable String address(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ':' + inet.getPort()
                : null;
    }

    private void member(String name, @Nullable String value) {
        put(",\"");
        put(name);
        put("\":");
        if (value == null) {
            put("null");
        } else {
            put('"');
            quoted(value);
            put('"');
        }
    }

    private void member(String name, long value) {
        put(",\"");
        put(name);
        put("\":");
        number(value);
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }

    private void quotedField(@Nullable String value) {
        put(" \"");
        quotedOrDash(value == null ? "" : value, VALUE_BYTES_MAX);
        put('"');
    }

    private void quotedOrDash(String value, int bytesMax) {
        if (value.isEmpty()) {
            put('-');
        } else {
            quoted(value, bytesMax);
        }
    }

    /** Text from outside: a quote, a backslash or a control character must not end the field or the line. */
    private void quoted(String value) {
        quoted(value, VALUE_BYTES_MAX);
    }

    /** Cut before the bound, and never within an escape. Nearly all text is plain: what is not begins a walk of its own. */
    private void quoted(String value, int bytesMax) {
        byte[] to = line;
        int start = length;
        int plain = Math.min(value.length(), bytesMax - ESCAPE_LENGTH + 1);
        int i = 0;
        for (; i < plain; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                break;
            }
            to[start + i] = (byte) c;
        }
        length = start + i;
        if (i < plain) {
            escaped(value, i, start + bytesMax - ESCAPE_LENGTH);
        }
    }

    /** The rest of a value, from a character on. What came from outside has a character for each byte: UTF-8 is read as such. */
    private void escaped(String value, int from, int last) {
        int i = from;
        while (i < value.length() && length <= last) {
            char c = value.charAt(i);
            int point = c < FIRST_OF_SEVERAL ? NO_POINT : point(value, i);
            if (point >= Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                if (length > last - ESCAPE_LENGTH) {
                    return;
                }
                escape(Character.highSurrogate(point));
                escape(Character.lowSurrogate(point));
            } else if (point != NO_POINT) {
                escape((char) point);
            } else if (c == '"' || c == '\\') {
                put('\\');
                put(c);
            } else if (c < ' ' || c > '~') {
                escape(c);
            } else {
                put(c);
            }
            i += point == NO_POINT ? 1 : bytes(point);
        }
    }

    private void escape(char c) {
        put("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(Character.forDigit(c >> shift & 0xf, 16));
        }
    }

    /** The code point whose bytes in UTF-8 (RFC 3629, shortest form, no surrogates) begin here, or {@link #NO_POINT}. */
    private static int point(String bytes, int at) {
        char first = bytes.charAt(at);
        int more = first <= 0xdf ? 1 : first <= 0xef ? 2 : 3;
        if (first > LAST_OF_SEVERAL || at + more >= bytes.length()) {
            return NO_POINT;
        }
        int point = first & 0x3f >> more;
        for (int i = at + 1; i <= at + more; i++) {
            char next = bytes.charAt(i);
            if (next < 0x80 || next > 0xbf) {
                return NO_POINT;
            }
            point = point << 6 | next & 0x3f;
        }
        boolean whole = bytes(point) == more + 1
                && point <= Character.MAX_CODE_POINT
                && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
        return whole ? point : NO_POINT;
    }

    /** How many bytes a code point beyond ASCII has in UTF-8. */
    private static int bytes(int point) {
        return point < 0x800 ? 2 : point < Character.MIN_SUPPLEMENTARY_CODE_POINT ? 3 : 4;
    }

    /** Requests come by the dozen in a millisecond, so its text is kept. */
    private void time(long epochMillis) {
        if (epochMillis != millis) {
            millis = epochMillis;
            write(epochMillis);
        }
        put(millisText);
    }

    private void write(long epochMillis) {
        long now = Math.floorDiv(epochMillis, 1000);
        if (now != second) {
            second = now;
            millisText = SECOND.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
        }
        int rest = (int) Math.floorMod(epochMillis, 1000);
        int last = millisText.length - 2;
        millisText[last] = (byte) ('0' + rest % 10);
        millisText[last - 1] = (byte) ('0' + rest / 10 % 10);
        millisText[last - 2] = (byte) ('0' + rest / 100);
    }

    private void number(long value) {
        if (value < 0) {
            put('-');
            return;
        }
        int end = length + 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            end++;
        }
        length = end;
        long rest = value;
        do {
            line[--end] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
    }

    private void put(byte[] bytes) {
        int room = Math.min(bytes.length, BYTES_MAX - length);
        System.arraycopy(bytes, 0, line, length, room);
        length += room;
    }

    @SuppressWarnings("deprecation") // the one copy from a string that takes ASCII without an encoder
    private void put(String ascii) {
        int room = Math.min(ascii.length(), BYTES_MAX - length);
        ascii.getBytes(0, room, line, length);
        length += room;
    }

    private void put(char c) {
        if (length < BYTES_MAX) {
            line[length++] = (byte) c;
        }
    }
}
