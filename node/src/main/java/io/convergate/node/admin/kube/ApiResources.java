package io.convergate.node.admin.kube;

import io.convergate.node.admin.api.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The groups, versions and resources that are served, as discovery and OpenAPI list them. */
final class ApiResources {
    /** What can be done with what is written. */
    static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /** What can be done with what is derived. */
    static final List<String> READ_VERBS = List.of("get", "list", "watch");

    /** What {@code kubectl get all} does not show. Kubernetes leaves out the same. */
    private static final Set<Kind> NOT_OF_ALL =
            EnumSet.of(Kind.NAMESPACE, Kind.SECRET, Kind.CONFIG_MAP, Kind.ENDPOINT_SLICE);

    private ApiResources() {}

    /** A resource of one version. */
    record ApiResource(
            String plural,
            String singular,
            String kind,
            boolean namespaced,
            List<String> shortNames,
            List<String> categories,
            List<String> verbs) {}

    /** The names of the groups in the order in which an ambiguous name is resolved; Kubernetes' core group is empty. */
    static List<String> groups() {
        return Arrays.stream(Kind.values()).map(Kind::group).distinct().toList();
    }

    /** The versions of a group, the preferred one first. */
    static List<String> versions(String group) {
        return of(group).stream()
                .flatMap(kind -> kind.versions().stream())
                .distinct()
                .toList();
    }

    /** The kinds of a version of a group. */
    static List<Kind> kinds(String group, String version) {
        return of(group).stream()
                .filter(kind -> kind.versions().contains(version))
                .toList();
    }

    private static List<Kind> of(String group) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.group().equals(group))
                .toList();
    }

    /** The resources of a version of a group, by plural. */
    static Map<String, ApiResource> resources(String group, String version) {
        Map<String, ApiResource> resources = new LinkedHashMap<>();
        for (Kind kind : kinds(group, version)) {
            resources.put(kind.plural(), resource(kind));
        }
        if (group.isEmpty()) {
            resources.put(
                    Events.PLURAL,
                    new ApiResource(Events.PLURAL, "event", Events.KIND, true, List.of("ev"), List.of(), READ_VERBS));
        }
        return resources;
    }

    private static ApiResource resource(Kind kind) {
        String singular = kind.kind().toLowerCase(Locale.ROOT);
        List<String> shortNames = new ArrayList<>(List.of(kind.shortName()));
        shortNames.remove(singular);
        List<String> categories = new ArrayList<>(NOT_OF_ALL.contains(kind) ? List.of() : List.of("all", "convergate"));
        if (kind.group().endsWith("istio.io")) {
            categories.add("istio-io");
        } else if (kind.group().equals("gateway.networking.k8s.io")) {
            categories.add("gateway-api");
        }
        return new ApiResource(
                kind.plural(),
                singular,
                kind.kind(),
                kind.scope() == Kind.Scope.NAMESPACE,
                shortNames,
                categories,
                VERBS);
    }
}
