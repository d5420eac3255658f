package io.convergate.node.admin.kube;

import io.convergate.config.ConfigView;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.routing.model.ResourceKey;
import java.util.Optional;

/**
 * What {@code metadata.resourceVersion} says: of a resource the changes that wrote it, of a list the revision it was read from,
 * both in the form of a {@link Revision}; behind a tilde follows what was derived from it, which changes without a write. It
 * means the same on every node, and a node can tell whether it has reached it.
 */
public final class ObjectVersions {
    private static final char DERIVED = '~';

    private ObjectVersions() {}

    /** The version of a resource, without what is derived; empty if there is no such resource. */
    public static String of(ConfigView view, ResourceKey key) {
        Revision written = Revision.EMPTY;
        for (ResourceVersion version : view.versions(key)) {
            written = written.merge(Revision.parse(version.changeId()));
        }
        return written.equals(Revision.EMPTY) ? "" : written.toString();
    }

    /** Whether a version that a writer has seen is that of a resource. */
    public static boolean isCurrent(String seen, ConfigView view, ResourceKey key) {
        return written(seen).equals(of(view, key));
    }

    /** The part of a version that says what was written. */
    static String written(String version) {
        int derived = version.indexOf(DERIVED);
        return derived < 0 ? version : version.substring(0, derived);
    }

    /** The part of a version that says what was derived; empty if it says nothing. */
    static String derived(String version) {
        int derived = version.indexOf(DERIVED);
        return derived < 0 ? "" : version.substring(derived + 1);
    }

    /** A version that says both. */
    static String with(String written, String derived) {
        return derived.isEmpty() ? written : written + DERIVED + derived;
    }

    /** The revision that a version names; empty if it names none, as {@code 0} does not, which means any. */
    static Optional<Revision> revision(String version) {
        if (version.isEmpty() || version.equals("0")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Revision.parse(written(version)));
        } catch (IllegalArgumentException e) {
            throw KubeError.of(
                    400,
                    "BadRequest",
                    "resourceVersion '" + version + "' (expected: one that a node of this cluster gave)");
        }
    }
}
