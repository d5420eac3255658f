package io.convergate.routing.resolve;

import java.util.List;

/** Who may see a resource. Istio: exportTo. */
final class Visibility {
    private Visibility() {}

    /**
     * Whether a resource is visible from a namespace.
     *
     * @param exportTo namespaces, {@code .} for the resource's own, {@code *} for all, {@code ~} for none; empty for all
     */
    static boolean isVisible(List<String> exportTo, String owner, String viewer) {
        return exportTo.isEmpty()
                || exportTo.contains("*")
                || exportTo.contains(viewer)
                || exportTo.contains(".") && owner.equals(viewer);
    }
}
