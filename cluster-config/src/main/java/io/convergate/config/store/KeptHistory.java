package io.convergate.config.store;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Hash;
import io.convergate.config.PastChange;
import io.convergate.config.PastVersion;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Entry;
import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Pages;
import io.convergate.config.block.Root;
import io.convergate.config.block.Version;
import io.convergate.routing.model.ResourceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The past of a configuration at one moment. Reads blocks when it is asked; what was collected since is not kept. */
final class KeptHistory implements ConfigHistory {
    private final IndexView present;
    private final Blocks blocks;
    private final List<Head> tips;
    private final Past past;
    private @Nullable Map<Hash, Root> kept;

    KeptHistory(List<Head> tips, IndexView present, Past past, Blocks blocks) {
        this.tips = tips;
        this.present = present;
        this.past = past;
        this.blocks = blocks;
    }

    /** The changes that are kept by the names of their roots, the newest first. */
    private synchronized Map<Hash, Root> roots() {
        Map<Hash, Root> roots = kept;
        if (roots == null) {
            roots = new LinkedHashMap<>();
            for (Past.Step step : past.whole(tips)) {
                roots.put(step.name(), step.root());
            }
            kept = roots;
        }
        return roots;
    }

    @Override
    public Stream<Step> way() {
        return new Way(List.copyOf(roots().values()), present, blocks).all();
    }

    @Override
    public Optional<Onward> wayFrom(List<ConfigView> places) {
        Way way = new Way(List.copyOf(roots().values()), present, blocks);
        return places.stream()
                .flatMap(place -> place instanceof IndexView view ? way.from(view).stream() : Stream.empty())
                .findFirst();
    }

    @Override
    public boolean endsInOne() {
        return tips.size() <= 1;
    }

    @Override
    public Extent extent() {
        return past.extent(tips);
    }

    @Override
    public List<PastChange> changes() {
        return roots().values().stream().map(Root::past).toList();
    }

    @Override
    public Optional<ConfigView> at(Revision revision) {
        if (revision.equals(present.revision())) {
            return Optional.of(present);
        }
        List<Root> named = roots().values().stream()
                .filter(root ->
                        revision.counter(root.dot().writer()) == root.dot().counter())
                .toList();
        return unlessCollected(() -> merged(named))
                .filter(view -> view.revision().equals(revision)
                        || (named.size() == 1 && revision.counters().size() == 1))
                .map(view -> view);
    }

    @Override
    public Optional<ConfigView> before(PastChange change) {
        return roots().values().stream()
                .filter(root -> root.past().id().equals(change.id()))
                .findFirst()
                .flatMap(this::parents)
                .map(view -> view);
    }

    private Optional<IndexView> parents(Root root) {
        return roots().keySet().containsAll(root.parents())
                ? unlessCollected(() -> merged(root.parents().stream()
                        .flatMap(name -> Optional.ofNullable(roots().get(name)).stream())
                        .toList()))
                : Optional.empty();
    }

    private IndexView merged(List<Root> changes) {
        IndexView merged = IndexView.EMPTY;
        for (Root root : changes) {
            merged = merged.merge(new IndexView(root.revision(), Pages.read(root.index(), blocks, present.index())));
        }
        return merged;
    }

    @Override
    public List<PastVersion> versions(ResourceKey key) {
        Map<String, PastChange> known = new HashMap<>();
        roots().values().forEach(root -> known.put(root.past().id(), root.past()));
        Map<Hash, Optional<Entry>> entries = new HashMap<>();
        List<PastVersion> versions = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Root root : roots().values()) {
            Optional<Entry> entry = entry(root, key, entries);
            if (entry.isEmpty() && deleted(root, key, entries)) {
                PastChange change = root.past();
                versions.add(new PastVersion(change.id(), change.time(), Optional.of(change), Optional.empty()));
            }
            List<Version> there = entry.map(Entry::versions).orElse(List.of());
            for (int i = there.size() - 1; i >= 0; i--) {
                ResourceVersion written = there.get(i).written();
                if (seen.add(written.changeId())) {
                    versions.add(version(written, Optional.ofNullable(known.get(written.changeId()))));
                }
            }
        }
        return versions;
    }

    private static PastVersion version(ResourceVersion written, Optional<PastChange> change) {
        Instant time = written.time();
        return new PastVersion(written.changeId(), time, change, Optional.of(written.resource()));
    }

    private boolean deleted(Root root, ResourceKey key, Map<Hash, Optional<Entry>> entries) {
        return root.parents().stream()
                .flatMap(name -> Optional.ofNullable(roots().get(name)).stream())
                .anyMatch(parent -> entry(parent, key, entries).isPresent());
    }

    private Optional<Entry> entry(Root root, ResourceKey key, Map<Hash, Optional<Entry>> entries) {
        Optional<Entry> read = entries.get(root.index());
        if (read == null) {
            read = unlessCollected(() -> Pages.find(root.index(), blocks, key)).flatMap(found -> found);
            entries.put(root.index(), read);
        }
        return read;
    }

    private static <T> Optional<T> unlessCollected(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
