package io.convergate.node.admin.access;

import io.convergate.node.admin.api.ProblemDocument;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Keeps web pages away from the admin API, which has no page of its own. A browser on an operator's machine can reach a
 * node, so two things are refused:
 *
 * <ol>
 *   <li>a write with an {@code Origin}, or one that the browser itself calls cross-site: only pages send those;
 *   <li>a {@code Host} that somebody could have registered in DNS to point at the node (DNS rebinding). IP addresses,
 *       {@code localhost}, names without a dot and the configured names cannot be a stranger's.
 * </ol>
 */
final class CallerGuard {
    private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> names;

    /** @param names host names that are fine; {@code *.example.com} for all below one, {@code *} for any */
    CallerGuard(Set<String> names) {
        this.names = Set.copyOf(
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    }

    /**
     * Why this request is refused, or empty if it is not.
     *
     * @param safeHost whether the Host cannot be a stranger's: over TLS the client has checked the name, and no page of a stranger
     *     has a token
     */
    Optional<ProblemDocument> objection(HttpRequest request, boolean safeHost) {
        String host = request.getUri().getHost().address().toLowerCase(Locale.ROOT);
        if (!safeHost && !isOurs(host)) {
            return Optional.of(ProblemDocument.of(
                    421,
                    "Unknown host",
                    "Host '" + host
                            + "' (expected: an IP address, localhost, a name without a dot, or one of --admin-names)"));
        }
        boolean write =
                !request.method().equals(HttpMethods.GET) && !request.method().equals(HttpMethods.HEAD);
        if (write && (request.getHeader("Origin").isPresent() || isCrossSite(request))) {
            return Optional.of(ProblemDocument.of(
                    403, "Not from a web page", "a request with an Origin (expected: a client that is no browser)"));
        }
        return Optional.empty();
    }

    private boolean isOurs(String host) {
        return host.indexOf('.') < 0
                || host.indexOf(':') >= 0
                || IP_V4.matcher(host).matches()
                || names.contains("*")
                || names.contains(host)
                || names.contains("*" + host.substring(host.indexOf('.')));
    }

    private static boolean isCrossSite(HttpRequest request) {
        return request.getHeader("Sec-Fetch-Site")
                .map(HttpHeader::value)
                .filter(site -> !site.equals("none") && !site.equals("same-origin"))
                .isPresent();
    }
}
