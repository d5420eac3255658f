package io.convergate.node.admin;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ResourceVersion;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.ConflictView.ConflictVersion;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resources of which there is more than one version, because they were written on two sides of a partition, or one that was
 * deleted on another side. Versions that differ only in what the cluster noted itself, as when both sides applied one file, are
 * no conflict.
 */
final class Conflicts {
    /** The most conflicts that are listed. */
    private static final int LISTED_MAX = 100;

    private final ConfigView view;
    private final Set<ResourceKey> keys;
    private final Map<String, PastChange> changes;

    private Conflicts(ConfigView view, Supplier<ConfigHistory> history, Set<ResourceKey> keys) {
        this.view = view;
        this.keys = keys;
        this.changes = keys.isEmpty()
                ? Map.of()
                : history.get().changes().stream()
                        .collect(Collectors.toMap(PastChange::id, change -> change, (a, b) -> a));
    }

    /** Those of a view. */
    static Conflicts of(ConfigView view, ReplicatedConfig config) {
        Set<ResourceKey> keys = new TreeSet<>(view.conflicted());
        keys.removeIf(key -> view.outlived(key).isEmpty() && isAlike(view.versions(key)));
        return new Conflicts(view, config::history, keys);
    }

    private static boolean isAlike(List<ResourceVersion> versions) {
        return versions.stream()
                .allMatch(version ->
                        PlainText.same(version.resource(), versions.get(0).resource()));
    }

    /** The conflict of one resource, if it has one. */
    Optional<ConflictView> of(ResourceKey key) {
        return keys.contains(key) ? Optional.of(view(key)) : Optional.empty();
    }

    /** The first of them, by name. */
    List<ConflictView> listed() {
        return keys.stream().limit(LISTED_MAX).map(this::view).toList();
    }

    private ConflictView view(ResourceKey key) {
        List<ResourceVersion> versions = view.versions(key);
        return new ConflictView(
                ProblemViews.shortName(key),
                Stream.concat(
                                versions.stream().map(version -> version(version, version == versions.get(0))),
                                view.outlived(key).stream().map(Conflicts::deletion))
                        .toList());
    }

    private static ConflictVersion deletion(PastChange change) {
        return new ConflictVersion(
                change.id(),
                change.time().toString(),
                change.author(),
                change.origin().node(),
                change.origin().client(),
                false,
                true);
    }

    private ConflictVersion version(ResourceVersion version, boolean served) {
        Optional<PastChange> change = Optional.ofNullable(changes.get(version.changeId()));
        return new ConflictVersion(
                version.changeId(),
                version.time().toString(),
                change.map(PastChange::author).orElse(""),
                change.map(c -> c.origin().node()).orElse(""),
                change.map(c -> c.origin().client()).orElse(""),
                served,
                false);
    }
}
