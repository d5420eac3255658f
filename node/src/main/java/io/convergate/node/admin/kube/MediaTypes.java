package io.convergate.node.admin.kube;

import io.convergate.node.admin.api.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The media types of the protocol. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String MERGE = "application/merge-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";
    static final String OPERATIONS = "application/json-patch+json";
    static final String APPLY = "application/apply-patch+yaml";
    static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    static final Set<String> YAML =
            Set.of("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/vnd.yaml");

    /** Kubernetes' own groups, for whose kinds its clients use strategic merge patches. */
    private static final Set<String> BUILT_IN = Set.of("", "networking.k8s.io", "discovery.k8s.io");

    private MediaTypes() {}

    /** The patches that a kind takes. Those of a kind that Kubernetes itself does not have must not list the strategic one. */
    static List<String> patches(Kind kind) {
        List<String> types = new ArrayList<>(List.of(MERGE, OPERATIONS, APPLY));
        if (BUILT_IN.contains(kind.group())) {
            types.add(STRATEGIC);
        }
        return types;
    }
}
