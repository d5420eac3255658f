package io.convergate.config.block;

import io.convergate.config.Content;
import io.convergate.config.Hash;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.config.WriterId;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A random history of concurrent writers whose clocks are wrong, with an oracle: a write counts as long as no other
 * operation on its key has seen it.
 */
final class History {
    private final Random random;
    private final int keys;
    private final List<Site> sites = new ArrayList<>();
    private final List<IndexView> published = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();

    /** One writer and its copy. */
    private static final class Site {
        private final WriterId writer;
        private final long clockErrorMillis;
        private long counter;
        private IndexView view = IndexView.EMPTY;

        Site(WriterId writer, long clockErrorMillis) {
            this.writer = writer;
            this.clockErrorMillis = clockErrorMillis;
        }
    }

    private record Operation(ResourceKey key, Dot dot, Revision seen, boolean put) {}

    History(long seed, int writers, int keys) {
        this.random = new Random(seed);
        this.keys = keys;
        for (int i = 0; i < writers; i++) {
            sites.add(new Site(new WriterId(random.nextLong()), random.nextInt(7_200_000) - 3_600_000L));
        }
    }

    /** Writes, deletes and deliveries in random order; whatever was published may arrive anywhere, late and often. */
    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            Site site = sites.get(random.nextInt(sites.size()));
            if (published.isEmpty() || random.nextInt(3) == 0) {
                change(site, step);
            } else {
                site.view = site.view.merge(published.get(random.nextInt(published.size())));
            }
        }
    }

    private void change(Site site, int step) {
        Dot dot = new Dot(site.writer, ++site.counter);
        HybridTime time = HybridTime.ofMillis(1_700_000_000_000L + step + site.clockErrorMillis);
        Map<ResourceKey, Optional<Version>> edits = new HashMap<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            ResourceKey key = key(random.nextInt(keys));
            boolean put = random.nextInt(4) != 0;
            edits.put(key, put ? Optional.of(version(key, dot, time)) : Optional.empty());
        }
        edits.forEach((key, edit) -> operations.add(new Operation(key, dot, site.view.revision(), edit.isPresent())));
        site.view = new IndexView(
                site.view.revision().with(dot.writer(), dot.counter()),
                site.view.index().with(edits));
        published.add(site.view);
    }

    static ResourceKey key(int number) {
        return new ResourceKey("networking.istio.io", "VirtualService", "default", "vs-" + number);
    }

    static Version version(ResourceKey key, Dot dot, HybridTime time) {
        Content content = Content.utf8(key + " by " + dot);
        return new Version(dot, time, new StoredResource(key, content, Contents.write(content, block -> {})));
    }

    /** Everything published, delivered to each site in an order of its own. */
    List<IndexView> settle() {
        List<IndexView> settled = new ArrayList<>();
        for (Site site : sites) {
            List<IndexView> order = new ArrayList<>(published);
            java.util.Collections.shuffle(order, random);
            IndexView view = site.view;
            for (IndexView delivered : order) {
                view = view.merge(delivered);
            }
            settled.add(view);
        }
        return settled;
    }

    IndexView anyPublished() {
        return published.get(random.nextInt(published.size()));
    }

    /** What must be left: of each key, the dots of the writes that no other operation on it has seen. */
    Map<ResourceKey, Set<Dot>> expected() {
        Map<ResourceKey, Set<Dot>> left = new HashMap<>();
        operations.stream()
                .filter(Operation::put)
                .filter(put -> operations.stream()
                        .noneMatch(o -> o.key().equals(put.key())
                                && !o.dot().equals(put.dot())
                                && put.dot().in(o.seen())))
                .forEach(put -> left.computeIfAbsent(put.key(), k -> new java.util.HashSet<>())
                        .add(put.dot()));
        return left;
    }

    static Map<ResourceKey, Set<Dot>> dots(Index index) {
        Map<ResourceKey, Set<Dot>> dots = new HashMap<>();
        index.forEach(entry -> dots.put(
                entry.key(), entry.versions().stream().map(Version::dot).collect(Collectors.toSet())));
        return dots;
    }

    /** The name of a tree that is built of these entries at once. */
    static Hash rebuilt(Index index) {
        List<Entry> entries = new ArrayList<>();
        index.forEach(entries::add);
        return Leaf.tree(entries, 0).hash();
    }
}
