package io.convergate.node.admin;

import io.convergate.node.admin.access.Decision;
import io.convergate.node.admin.access.Principal;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for every call of the admin API: who, from where, what, and what came of it. What monitors ask all the time
 * ({@code /livez}, {@code /readyz}, {@code /metrics}, {@code /status}, {@code /vitals}, {@code /breakers}) is logged only if it is refused. Safe for use by any
 * thread.
 */
final class AuditLog {
    /** The header of a reply that says which revision a change made. */
    static final String REVISION = "X-Convergate-Revision";

    private static final Logger LOG = LoggerFactory.getLogger("io.convergate.audit");
    private static final Set<String> MONITORING =
            Set.of("/livez", "/readyz", "/metrics", "/status", "/vitals", "/breakers");

    /** Where a request came from, for people. */
    static String client(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(address -> address.getAddress())
                .map(address -> address.getHostAddress())
                .orElse("unknown");
    }

    /** Notes a call that was answered. */
    void called(HttpRequest request, HttpResponse response, Decision decision) {
        boolean refused = decision instanceof Decision.Refused;
        if (refused
                ? !((Decision.Refused) decision).logged()
                : MONITORING.contains(request.getUri().path())) {
            return;
        }
        Principal who =
                decision instanceof Decision.Allowed allowed ? allowed.who() : ((Decision.Refused) decision).who();
        LOG.info(
                "method={} path=\"{}\" status={} revision={} by={} from={} author=\"{}\" message=\"{}\"{}",
                oneLine(request.method().value()),
                oneLine(request.getUri().path()),
                response.status().intValue(),
                response.getHeader(REVISION).map(HttpHeader::value).orElse("-"),
                who.isProven() ? oneLine(who.name()) : "-",
                client(request),
                oneLine(ChangeRequests.author(request, who)),
                oneLine(ChangeRequests.message(request)),
                decision instanceof Decision.Refused no && !no.note().isEmpty() ? " note=\"" + no.note() + '"' : "");
    }

    /** A caller's words, made harmless for a log of lines. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\"]", "?");
    }
}
