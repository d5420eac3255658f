package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.kube.ApiResources.ApiResource;
import java.util.List;

/** What there is to be asked for: the lists of groups, versions and resources, one by one or all at once. */
final class Discovery {
    /** What a client accepts that takes all at once. */
    static final String AGGREGATED = "APIGroupDiscoveryList";

    private Discovery() {}

    /** {@code /api} or {@code /apis}, with everything in it. */
    static ObjectNode aggregated(boolean core, String version) {
        ObjectNode list = node().put("kind", AGGREGATED).put("apiVersion", "apidiscovery.k8s.io/" + version);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (String group : groups(core)) {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!core) {
                metadata.put("name", group);
            }
            ArrayNode versions = item.putArray("versions");
            for (String one : ApiResources.versions(group)) {
                ObjectNode entry = versions.addObject().put("version", one).put("freshness", "Current");
                ArrayNode resources = entry.putArray("resources");
                ApiResources.resources(group, one).values().forEach(resource -> {
                    ObjectNode described = resources
                            .addObject()
                            .put("resource", resource.plural())
                            .put("singularResource", resource.singular())
                            .put("scope", resource.namespaced() ? "Namespaced" : "Cluster");
                    kind(described.putObject("responseKind"), group, one, resource);
                    strings(described, "shortNames", resource.shortNames());
                    strings(described, "categories", resource.categories());
                    strings(described, "verbs", resource.verbs());
                    ObjectNode status =
                            described.putArray("subresources").addObject().put("subresource", "status");
                    kind(status.putObject("responseKind"), group, one, resource);
                    strings(status, "verbs", List.of("get"));
                });
            }
        }
        return list;
    }

    private static List<String> groups(boolean core) {
        return ApiResources.groups().stream()
                .filter(group -> group.isEmpty() == core)
                .toList();
    }

    private static void kind(ObjectNode into, String group, String version, ApiResource resource) {
        into.put("group", group).put("version", version).put("kind", resource.kind());
    }

    /** {@code /api} for those who do not take all at once. */
    static ObjectNode coreVersions() {
        ObjectNode versions = node().put("kind", "APIVersions");
        strings(versions, "versions", ApiResources.versions(""));
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    /** {@code /apis} for those who do not take all at once. */
    static ObjectNode groupList() {
        ObjectNode list = node().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        groups(false).forEach(group -> groups.add(group(group)));
        return list;
    }

    /** {@code /apis/GROUP}. */
    static ObjectNode group(String group) {
        ObjectNode described =
                node().put("kind", "APIGroup").put("apiVersion", "v1").put("name", group);
        ArrayNode versions = described.putArray("versions");
        List<String> names = ApiResources.versions(group);
        names.forEach(version -> groupVersion(versions.addObject(), group, version));
        groupVersion(described.putObject("preferredVersion"), group, names.get(0));
        return described;
    }

    private static void groupVersion(ObjectNode into, String group, String version) {
        into.put("groupVersion", group + "/" + version).put("version", version);
    }

    /** {@code /apis/GROUP/VERSION} or {@code /api/v1}. */
    static ObjectNode resourceList(String group, String version) {
        ObjectNode list = node().put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ApiResource resource : ApiResources.resources(group, version).values()) {
            ObjectNode described = resource(resources.addObject(), resource, "");
            strings(described, "shortNames", resource.shortNames());
            strings(described, "categories", resource.categories());
            strings(described, "verbs", resource.verbs());
            strings(resource(resources.addObject(), resource, "/status"), "verbs", List.of("get"));
        }
        return list;
    }

    private static ObjectNode resource(ObjectNode into, ApiResource resource, String subresource) {
        return into.put("name", resource.plural() + subresource)
                .put("singularName", subresource.isEmpty() ? resource.singular() : "")
                .put("namespaced", resource.namespaced())
                .put("kind", resource.kind());
    }

    private static void strings(ObjectNode into, String name, List<String> values) {
        if (!values.isEmpty()) {
            values.forEach(into.withArray("/" + name)::add);
        }
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
