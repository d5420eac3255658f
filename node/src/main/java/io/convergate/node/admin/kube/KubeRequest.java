package io.convergate.node.admin.kube;

import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Query;

/**
 * A request for resources, taken apart.
 *
 * @param http the request
 * @param kind the kind it is about; empty for events, which are no kind that is written
 * @param version the version of the group
 * @param namespace the namespace; empty for all, or for a kind without
 * @param name the resource; empty for all of them
 * @param subresource such as {@code status}; empty for the resource itself
 */
record KubeRequest(
        HttpRequest http, Optional<Kind> kind, String version, String namespace, String name, String subresource) {
    private static final Set<String> VALIDATIONS = Set.of("Strict", "Warn", "Ignore");
    private static final int MANAGER_CHARS_MAX = 128;

    /**
     * Takes a path apart.
     *
     * @param group the group; empty for Kubernetes' core group
     * @param rest what follows the version
     * @throws KubeError if there can be nothing
     */
    static KubeRequest of(HttpRequest http, String group, String version, List<String> rest) {
        boolean inNamespace = rest.get(0).equals("namespaces")
                && rest.size() > 2
                && !(group.isEmpty()
                        && (rest.get(2).equals("status") || rest.get(2).equals("finalize")));
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> parts = inNamespace ? rest.subList(2, rest.size()) : rest;
        String plural = parts.get(0);
        Optional<Kind> kind = Kind.ofPlural(group, version, plural);
        boolean events = group.isEmpty() && plural.equals(Events.PLURAL);
        boolean misplaced = kind.isPresent() && inNamespace && kind.get().scope() == Kind.Scope.CLUSTER
                || parts.size() > 1
                        && !inNamespace
                        && kind.map(Kind::scope).orElse(Kind.Scope.NAMESPACE) == Kind.Scope.NAMESPACE
                || parts.size() > 3
                || parts.contains("");
        if (kind.isEmpty() && !events
                || misplaced
                || !ApiResources.versions(group).contains(version)) {
            throw KubeError.noSuchPath();
        }
        return new KubeRequest(
                http,
                kind,
                version,
                namespace,
                parts.size() > 1 ? parts.get(1) : "",
                parts.size() > 2 ? parts.get(2) : "");
    }

    /** The kind; only for what is no event. */
    Kind written() {
        return kind.orElseThrow(KubeError::noSuchPath);
    }

    String apiVersion() {
        return kind.map(one -> one.apiVersion(version)).orElse("v1");
    }

    ResourceKey key() {
        return key(name);
    }

    ResourceKey key(String named) {
        return new ResourceKey(written().group(), written().kind(), namespace, named);
    }

    /** A parameter of the query; empty if it is not there. */
    String parameter(String parameter) {
        return query().get(parameter).orElse("");
    }

    boolean has(String parameter) {
        return query().get(parameter).isPresent();
    }

    private Query query() {
        return http.getUri().query();
    }

    boolean flag(String parameter) {
        String value = parameter(parameter);
        return value.equals("true") || value.equals("1") || value.isEmpty() && has(parameter);
    }

    /** A whole number, 0 if it is not there. */
    int number(String parameter) {
        String value = parameter(parameter);
        if (value.isEmpty()) {
            return 0;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw KubeError.badRequest(parameter + " '" + value + "' (expected: a whole number)");
        }
        return Integer.parseInt(value);
    }

    String header(String header) {
        return http.getHeader(header).map(HttpHeader::value).orElse("");
    }

    Selector labels() {
        return Selector.labels(parameter("labelSelector"));
    }

    Selector fields() {
        return Selector.fields(parameter("fieldSelector"), kind.isEmpty());
    }

    /** What becomes of unknown fields: {@code Strict}, {@code Warn} or {@code Ignore}. Kubernetes warns if nothing is said. */
    String validation() {
        String value = parameter("fieldValidation");
        if (!value.isEmpty() && !VALIDATIONS.contains(value)) {
            throw KubeError.badRequest("fieldValidation '" + value + "' (expected: Strict, Warn or Ignore)");
        }
        return value.isEmpty() ? "Warn" : value;
    }

    /** How the client calls itself as one who owns fields. */
    String manager() {
        String named = parameter("fieldManager");
        String manager = named.isEmpty() ? header("User-Agent").split("[/ ]", 2)[0] : named;
        if (manager.length() > MANAGER_CHARS_MAX || !manager.chars().allMatch(c -> c > ' ' && c != 0x7f)) {
            throw KubeError.badRequest(
                    "fieldManager (expected: at most " + MANAGER_CHARS_MAX + " printable characters)");
        }
        return manager.isEmpty() ? "unknown" : manager;
    }

    /** The media type of the body, without its parameters. */
    String contentType() {
        var type = http.entity().getContentType().mediaType();
        return (type.mainType() + "/" + type.subType()).toLowerCase(Locale.ROOT);
    }
}
