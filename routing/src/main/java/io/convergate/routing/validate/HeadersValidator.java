package io.convergate.routing.validate;

import io.convergate.routing.action.ValueTemplate;
import io.convergate.routing.model.Headers;
import io.convergate.routing.problem.ProblemCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Istio's rules for header operations. */
final class HeadersValidator {
    /** RFC 9112 sections 6 and 9. */
    private static final Set<String> FRAMING = Set.of("connection", "content-length", "transfer-encoding");

    private HeadersValidator() {}

    static void validate(String path, Headers headers, Findings findings) {
        Headers.Edits request = headers.request();
        values(path + ".request.set", request.set(), true, findings);
        values(path + ".request.add", request.add(), true, findings);
        names(path + ".request.remove", request.remove(), findings);
        Headers.Edits response = headers.response();
        values(path + ".response.set", response.set(), false, findings);
        values(path + ".response.add", response.add(), false, findings);
        names(path + ".response.remove", response.remove(), findings);
        long authorities = request.set().keySet().stream()
                        .filter(HeadersValidator::isAuthority)
                        .count()
                + request.add().keySet().stream()
                        .filter(HeadersValidator::isAuthority)
                        .count();
        findings.conflict(authorities > 1, path + ".request", "Host set twice", "one of them");
    }

    private static void values(String path, Map<String, String> headers, boolean mayHoldHost, Findings findings) {
        headers.forEach((name, value) -> {
            String at = path + "[" + name + "]";
            boolean good = isAuthority(name) ? mayHoldHost : Names.isHeader(name);
            findings.require(good, at, name, "a header that may be changed");
            framing(at, name, findings);
            findings.require(isValue(value), at, "control characters", "printable characters");
            try {
                ValueTemplate.parse(value);
            } catch (IllegalArgumentException e) {
                findings.unusable(at, String.valueOf(e.getMessage()));
            }
        });
    }

    private static void names(String path, List<String> names, Findings findings) {
        for (int i = 0; i < names.size(); i++) {
            boolean good = Names.isHeader(names.get(i)) && !isAuthority(names.get(i));
            findings.require(good, path + "[" + i + "]", names.get(i), "a header that may be removed");
            framing(path + "[" + i + "]", names.get(i), findings);
        }
    }

    /** What says where a message or a connection ends is written anew for each connection, whatever an operation says. */
    static void framing(String path, String name, Findings findings) {
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            findings.warn(
                    path, ProblemCode.NO_EFFECT, name, "another header: the gateway decides itself how a message ends");
        }
    }

    private static boolean isAuthority(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("host") || lower.equals(":authority");
    }

    /** Whether a text can stand in a header: no control characters but the tab, so that nothing can be smuggled in. */
    static boolean isValue(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t');
    }
}
