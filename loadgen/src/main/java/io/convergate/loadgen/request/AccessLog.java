package io.convergate.loadgen.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of access logs: Envoy's default text format and JSON with Istio's names, as a node writes them, and nginx's
 * {@code combined}.
 */
final class AccessLog {
    // [START] "METHOD TARGET PROTOCOL" CODE FLAGS RECEIVED SENT DURATION UPSTREAM_TIME "XFF" "AGENT" "ID" "AUTHORITY"
    // "UPSTREAM"
    private static final String QUOTED = "\"((?:[^\"\\\\]|\\\\.)*)\"";
    private static final Pattern ENVOY =
            Pattern.compile("\\[([^\\]]+)] \"(\\S+) (\\S+)(?: \\S+)?\" (\\d+) \\S+ (\\d+|-) \\S+ \\S+ \\S+ " + QUOTED
                    + " " + QUOTED + " " + QUOTED + " " + QUOTED + " .*");
    // ADDRESS - USER [TIME] "METHOD PATH PROTOCOL" STATUS BYTES "REFERER" "AGENT"
    private static final Pattern COMBINED = Pattern.compile(
            "\\S+ \\S+ .*? \\[([^\\]]+)] " + QUOTED + " (\\d{3}) (\\d+|-)(?: " + QUOTED + " " + QUOTED + ".*)?");
    private static final DateTimeFormatter COMBINED_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);
    private static final ObjectMapper JSON = new ObjectMapper();

    private AccessLog() {}

    /**
     * One recorded request.
     *
     * @param atNanos since the epoch
     * @param isWholeSecond whether the log knows no parts of a second
     * @param authority empty if the log does not say
     * @param status that was answered; 0 if none was
     * @param bodyBytes of the request
     */
    record Line(
            long atNanos,
            boolean isWholeSecond,
            String method,
            String target,
            String authority,
            int status,
            long bodyBytes) {}

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if it is a line of none of these formats */
    static Line parse(String line) {
        if (line.startsWith("{")) {
            return json(line);
        }
        Matcher envoy = ENVOY.matcher(line);
        if (line.startsWith("[") && envoy.matches()) {
            return new Line(
                    nanos(envoy.group(1)),
                    false,
                    envoy.group(2),
                    unescaped(envoy.group(3)),
                    dashed(unescaped(envoy.group(9))),
                    Integer.parseInt(envoy.group(4)),
                    number(envoy.group(5)));
        }
        Matcher combined = COMBINED.matcher(line);
        if (combined.matches()) {
            String[] words = combined.group(2).split(" ");
            boolean isRequest = words.length == 3 || words.length == 2;
            try {
                long seconds =
                        ZonedDateTime.parse(combined.group(1), COMBINED_TIME).toEpochSecond();
                return new Line(
                        seconds * 1_000_000_000L,
                        true,
                        isRequest ? words[0] : "",
                        isRequest ? words[1] : "",
                        "",
                        Integer.parseInt(combined.group(3)),
                        0);
            } catch (DateTimeException wrong) {
                throw new IllegalArgumentException(
                        combined.group(1) + " (expected: a time such as 23/Nov/2026:20:07:22 +0000)", wrong);
            }
        }
        throw new IllegalArgumentException(excerpt(line) + " (expected: a line of Envoy's default format, of Envoy's or"
                + " Istio's JSON, or of nginx's combined format)");
    }

    private static Line json(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            for (String field : new String[] {"start_time", "method", "path"}) {
                if (!node.path(field).isTextual()) {
                    throw new IllegalArgumentException(
                            excerpt(line) + " (expected: start_time, method and path as texts; no " + field + ")");
                }
            }
            return new Line(
                    nanos(node.path("start_time").asText()),
                    false,
                    node.path("method").asText(),
                    node.path("path").asText(),
                    dashed(node.path("authority").asText("")),
                    node.path("response_code").asInt(),
                    node.path("bytes_received").asLong());
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException(excerpt(line) + " (expected: an object of JSON)", wrong);
        }
    }

    private static long nanos(String time) {
        try {
            Instant instant = Instant.parse(time);
            return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException(time + " (expected: a time such as 2026-11-23T20:07:22.960Z)", wrong);
        }
    }

    private static long number(String text) {
        return text.equals("-") ? 0 : Long.parseLong(text);
    }

    private static String dashed(String text) {
        return text.equals("-") ? "" : text;
    }

    private static String unescaped(String text) {
        return text.replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private static String excerpt(String line) {
        return line.length() > 80 ? line.substring(0, 80) + "..." : line;
    }
}
