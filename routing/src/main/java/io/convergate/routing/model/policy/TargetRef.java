package io.convergate.routing.model.policy;

import io.convergate.routing.model.ResourceKey;
import java.util.Objects;
import java.util.Optional;

/**
 * What a policy is for, in the policy's own namespace. Gateway API: LocalPolicyTargetReferenceWithSectionName.
 *
 * @param group its API group; empty for Kubernetes' core group
 * @param kind its kind
 * @param name its name
 * @param sectionName a part of it: the name of a service's port, of a rule's subset, or of a route; empty for all of it
 */
public record TargetRef(String group, String kind, String name, Optional<String> sectionName) {
    public TargetRef {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }

    /** The resource, for a policy of this namespace. */
    public ResourceKey key(String namespace) {
        return new ResourceKey(group, kind, namespace, name);
    }

    @Override
    public String toString() {
        return kind + ' ' + name + sectionName.map(part -> " " + part).orElse("");
    }
}
