package io.convergate.node.admin;

import io.convergate.config.Consistency;
import io.convergate.node.admin.access.Principal;
import io.convergate.node.admin.api.DurationText;
import io.convergate.node.admin.api.ProblemDocument;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Reads what a writer asks for from the query and the headers: {@code wait}, {@code timeout}, {@code dryRun},
 * {@code author} and {@code message}, the last two also as {@code X-Convergate-Author} and
 * {@code X-Convergate-Message}.
 */
final class ChangeRequests {
    private ChangeRequests() {}

    /** @throws BadRequest if one of them is not what it should be */
    static Changes.Request of(HttpRequest request) {
        return new Changes.Request(
                waitFor(request),
                consistency(request, Consistency.LOCAL),
                flag(request, "dryRun"),
                new Admission.Cause(
                        printable("author", author(request, Principal.of(request))),
                        printable("message", message(request)),
                        AuditLog.client(request),
                        Principal.of(request)));
    }

    /** A text that is kept in the history, which is read on terminals: they obey control characters. */
    private static String printable(String name, String text) {
        if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
            throw bad(name + " with control characters (expected: text, lines and tabs)");
        }
        return text;
    }

    /** Who asks: the one who proved it; else by his own word, which may be empty. */
    static String author(HttpRequest request, Principal who) {
        return who.isProven() ? who.name() : text(request, "author", "X-Convergate-Author");
    }

    /** Why; may be empty. */
    static String message(HttpRequest request) {
        return text(request, "message", "X-Convergate-Message");
    }

    /** How long the whole request may take: reading the body, deciding, and waiting for others. */
    static Duration patience(HttpRequest request) {
        return WriteBodies.READ_TIMEOUT
                .plus(AdminServer.REQUEST_TIMEOUT)
                .plus(waitFor(request).timeout());
    }

    /** Whether a parameter says yes. {@code dryRun=All} is how Kubernetes says it. */
    static boolean flag(HttpRequest request, String name) {
        String value = parameter(request, name).orElse("false");
        return switch (value) {
            case "true", "All", "" -> true;
            case "false" -> false;
            default -> throw bad(name + " '" + value + "' (expected: true or false)");
        };
    }

    /** What must be so before a change counts; {@code otherwise} if the request does not say. */
    static Consistency consistency(HttpRequest request, Consistency otherwise) {
        String text = parameter(request, "consistency").orElse("");
        return switch (text) {
            case "" -> otherwise;
            case "local" -> Consistency.LOCAL;
            case "majority" -> Consistency.MAJORITY;
            default -> throw bad("consistency '" + text + "' (expected: local or majority)");
        };
    }

    /** Whom to wait for, and how long. */
    static WaitFor waitFor(HttpRequest request) {
        Duration timeout = parameter(request, "timeout")
                .map(text -> DurationText.parse(text)
                        .orElseThrow(() -> bad("timeout '" + text + "' (expected: such as 500ms or 10s)")))
                .orElse(WaitFor.TIMEOUT_DEFAULT);
        try {
            return WaitFor.parse(parameter(request, "wait"), timeout);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
    }

    private static String text(HttpRequest request, String parameter, String header) {
        return parameter(request, parameter)
                .or(() -> request.getHeader(header).map(HttpHeader::value))
                .orElse("");
    }

    /** The first value of a query parameter. */
    static Optional<String> parameter(HttpRequest request, String name) {
        return request.getUri().query().get(name);
    }

    private static BadRequest bad(String detail) {
        return new BadRequest(ProblemDocument.of(400, "Bad request", detail));
    }
}
