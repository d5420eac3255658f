package io.convergate.routing.explain;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sampled request as it may be shown: with what may be a secret left out, although routing looks at it, and without
 * characters that a terminal obeys. Headers may have bytes from 0x80 on (RFC 9110 5.5), and 0x9b begins an escape sequence.
 */
final class Redaction {
    private static final String NOT_SHOWN = "(not shown)";
    private static final String COOKIE = "cookie";

    /** Control characters, both ranges of them, and those that have no looks or turn the direction of writing. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private static final Set<String> SECRET_HEADERS = Set.of("authorization", "proxy-authorization", COOKIE);

    /** A name with one of these in it is that of a secret. */
    private static final List<String> SECRET_WORDS =
            List.of("token", "secret", "passw", "api-key", "apikey", "api_key", "session", "credential", "signature");

    private Redaction() {}

    /** Its request line, with the query as far as it was kept. */
    static String line(SampledRequest request) {
        return harmless(request.method() + ' ' + request.scheme() + "://" + request.authority() + request.path()
                + query(request));
    }

    /** The query with its question mark, as far as it was kept; empty if there was none. */
    static String query(SampledRequest request) {
        String query = request.query();
        String end = request.hidesParameters() ? "..." : "";
        if (query == null) {
            return end.isEmpty() ? "" : '?' + end;
        }
        StringBuilder shown = new StringBuilder("?");
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            shown.append(shown.length() == 1 ? "" : "&");
            shown.append(
                    equals > 0 && isSecret(pair.substring(0, equals))
                            ? pair.substring(0, equals + 1) + NOT_SHOWN
                            : pair);
        }
        return shown.append(end.isEmpty() ? "" : '&' + end).toString();
    }

    /** The headers that were kept, by name. */
    static Map<String, String> headers(SampledRequest request) {
        Map<String, String> shown = new TreeMap<>();
        request.headers().forEach((name, value) -> shown.put(name, isSecret(name) ? NOT_SHOWN : harmless(value)));
        return shown;
    }

    private static String harmless(String text) {
        return UNPRINTABLE
                .matcher(text)
                .replaceAll(found ->
                        String.format(Locale.ROOT, "(%02x)", found.group().codePointAt(0)));
    }

    /** A text of the gateway's about the request, with the query as it may be shown. */
    static String text(SampledRequest request, String text) {
        @Nullable String query = request.query();
        return query == null ? text : text.replace('?' + query, query(request));
    }

    static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET_HEADERS.contains(lower) || SECRET_WORDS.stream().anyMatch(lower::contains);
    }
}
