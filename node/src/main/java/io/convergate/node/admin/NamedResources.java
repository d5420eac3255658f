package io.convergate.node.admin;

import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.function.Predicate;

/** Resources as the parameters of the admin API name them. */
final class NamedResources {
    private NamedResources() {}

    /**
     * The key that {@code kind/name} or {@code kind/namespace/name} means; of kinds of one name, that of what is there.
     *
     * @throws BadRequest if it means none
     */
    static ResourceKey key(String text, Predicate<ResourceKey> isThere) {
        String[] parts = text.split("/", -1);
        List<Kind> kinds = Kind.named(parts[0]);
        if (kinds.isEmpty()
                || parts.length < 2
                || parts.length > 3
                || List.of(parts).contains("")) {
            throw new BadRequest(ProblemDocument.of(
                    400, "Bad request", "resource '" + text + "' (expected: kind/name or kind/namespace/name)"));
        }
        List<ResourceKey> keys = kinds.stream().map(kind -> key(kind, parts)).toList();
        return keys.stream().filter(isThere).findFirst().orElse(keys.get(0));
    }

    private static ResourceKey key(Kind kind, String[] parts) {
        String unnamed = kind.scope() == Kind.Scope.CLUSTER ? "" : "default";
        return new ResourceKey(
                kind.group(), kind.kind(), parts.length == 3 ? parts[1] : unnamed, parts[parts.length - 1]);
    }
}
