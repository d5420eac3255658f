package io.convergate.routing.validate;

import io.convergate.routing.action.ValueTemplate;
import io.convergate.routing.model.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Istio's rules for header operations. */
final class HeadersValidator {
    private HeadersValidator() {}

    static void validate(String path, Headers headers, Findings findings) {
        if (headers.equals(Headers.NONE)) {
            return;
        }
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
