package io.convergate.node.admin.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What each call of the admin API needs, by method and path alone. Whatever is not named here needs a role too: reading
 * {@link Role#VIEW}, everything else {@link Role#EDIT}, so that a new path is never open by mistake. Documented in docs/api.md.
 */
public final class AccessRules {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /** What load balancers and monitors ask, who cannot prove who they are. */
    private static final Set<String> OPEN = Set.of("/livez", "/readyz", "/metrics");

    /** Questions that come with a body. */
    private static final List<Pattern> QUESTIONS = List.of(
            Pattern.compile("/explain"),
            Pattern.compile("/analyze"),
            Pattern.compile("/impact"),
            Pattern.compile("/apis/authentication\\.k8s\\.io/v1/selfsubjectreviews"),
            Pattern.compile("/apis/authorization\\.k8s\\.io/.*"));

    private static final Pattern SECRETS = Pattern.compile("/api/v1/(namespaces/[^/]+/)?secrets(/.*)?");

    private AccessRules() {}

    /**
     * The role that a call needs; empty for none.
     *
     * @param path the decoded path, without the query
     */
    public static Optional<Role> needed(String method, String path) {
        if (READING.contains(method)) {
            return OPEN.contains(path) ? Optional.empty() : Optional.of(Role.VIEW);
        }
        if (SECRETS.matcher(path).matches() || path.equals("/reseal")) {
            return Optional.of(Role.ADMIN);
        }
        boolean question = method.equals("POST")
                && QUESTIONS.stream().anyMatch(pattern -> pattern.matcher(path).matches());
        return Optional.of(question ? Role.VIEW : Role.EDIT);
    }
}
