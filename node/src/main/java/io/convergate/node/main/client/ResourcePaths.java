package io.convergate.node.main.client;

import io.convergate.node.admin.api.Kind;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.util.List;
import java.util.regex.Pattern;

/** How a kind, a namespace and a name on the command line become a path of the admin API. */
final class ResourcePaths {
    /** Names as Kubernetes takes them (RFC 1123 subdomains). */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private ResourcePaths() {}

    /** The kinds that {@code name} means: more than one where two API groups have a kind of that name. */
    static List<Kind> kinds(String name) {
        List<Kind> kinds = Kind.named(name);
        if (kinds.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, "kind '" + name + "' (expected: " + Kind.listing() + ")");
        }
        return kinds;
    }

    /** {@code name}, if it can be the name of {@code what}. */
    static String checked(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new CommandFailed(
                    ExitCode.USAGE, what + " '" + name + "' (expected: lower-case letters, digits, '-' and '.')");
        }
        return name;
    }

    /**
     * Where the list of one kind is, in one namespace or, if {@code namespace} is empty, in all; a kind that has no namespace has
     * one list.
     */
    static String listPath(Kind kind, String namespace) {
        String scope = namespace.isEmpty() || kind.scope() == Kind.Scope.CLUSTER
                ? ""
                : "namespaces/" + checked("namespace", namespace) + "/";
        return kind.path(kind.versions().get(0)) + "/" + scope + kind.plural();
    }
}
