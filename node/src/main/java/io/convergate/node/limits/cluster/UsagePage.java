package io.convergate.node.limits.cluster;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.routing.limit.LimitKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.apache.pekko.cluster.ddata.AbstractDeltaReplicatedData;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.ReplicatedDelta;
import org.jspecify.annotations.Nullable;

/**
 * A part of the record of used quotas: a grow-only counter for each key, window and node, merged by the greater. Counters of
 * windows that are over are left out when a page is made anew; who still has them offers them once more at most. Of more than {@link
 * #MERGED_MAX} those are kept whose windows go on longest. Immutable.
 */
final class UsagePage extends AbstractDeltaReplicatedData<UsagePage, UsagePage> implements ReplicatedDelta {
    /** How many pages there are; the same on all nodes. */
    static final int PAGES = 64;

    /** Counters that a node puts into a page, 48 bytes each. */
    static final int COUNTERS_MAX = 5_000;

    /** Counters of a page that nodes have filled together: it stays below half of the cluster transport's frame. */
    static final int MERGED_MAX = 2 * COUNTERS_MAX;

    /** Those whose window goes on longest first. By nothing that grows, so that what merges keep does not depend on their order. */
    private static final Comparator<Usage> KEPT_FIRST =
            Comparator.comparingLong(Usage::endMillis).reversed().thenComparing(Usage::id);

    static final UsagePage EMPTY = new UsagePage(new TreeMap<>(), null);

    private static final BinaryOperator<Usage> GREATER = BinaryOperator.maxBy(Comparator.comparingLong(Usage::count));

    private final SortedMap<Id, Usage> counters;
    private final @Nullable UsagePage delta;

    private UsagePage(SortedMap<Id, Usage> counters, @Nullable UsagePage delta) {
        this.counters = counters;
        this.delta = delta;
    }

    /** Whose counter. */
    record Id(LimitKey key, long window, long node) implements Comparable<Id> {
        private static final Comparator<Id> ORDER =
                Comparator.comparing(Id::key).thenComparingLong(Id::window).thenComparingLong(Id::node);

        @Override
        public int compareTo(Id other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * A counter.
     *
     * @param endMillis when its window is over
     */
    record Usage(Id id, long count, long endMillis) {}

    /** The page of a key. */
    static int of(LimitKey key) {
        return (int) (key.low() & (PAGES - 1));
    }

    static Key<UsagePage> key(int page) {
        return new PageKey("convergate-usage-" + page);
    }

    /** This page and these counters, without windows that ended before a moment. */
    UsagePage with(Collection<Usage> more, long endedBeforeMillis) {
        TreeMap<Id, Usage> merged = new TreeMap<>(counters);
        merged.values().removeIf(usage -> usage.endMillis() < endedBeforeMillis);
        TreeMap<Id, Usage> changed = new TreeMap<>();
        for (Usage usage : more) {
            Usage known = merged.get(usage.id());
            boolean room = known != null || merged.size() < COUNTERS_MAX;
            if (room && (known == null || known.count() < usage.count())) {
                merged.put(usage.id(), usage);
                changed.put(usage.id(), usage);
            }
        }
        if (changed.isEmpty() && merged.size() == counters.size()) {
            return this;
        }
        UsagePage before = delta;
        UsagePage made = new UsagePage(changed, null);
        return new UsagePage(merged, before == null ? made : before.mergeData(made));
    }

    Collection<Usage> counters() {
        return counters.values();
    }

    @Override
    public UsagePage mergeData(UsagePage other) {
        TreeMap<Id, Usage> merged = new TreeMap<>(counters);
        other.counters.forEach((id, usage) -> merged.merge(id, usage, GREATER));
        if (merged.size() > MERGED_MAX) {
            merged.values().stream()
                    .sorted(KEPT_FIRST)
                    .skip(MERGED_MAX)
                    .map(Usage::id)
                    .toList()
                    .forEach(merged::remove);
        }
        return merged.equals(counters) ? this : new UsagePage(merged, delta);
    }

    @Override
    public UsagePage mergeDeltaData(UsagePage other) {
        return mergeData(other);
    }

    @Override
    public Optional<UsagePage> deltaData() {
        return Optional.ofNullable(delta);
    }

    @Override
    public UsagePage resetDelta() {
        return delta == null ? this : new UsagePage(counters, null);
    }

    @Override
    public UsagePage zero() {
        return EMPTY;
    }

    void write(ByteWriter out) {
        out.list(counters.values(), UsagePage::write);
    }

    static void write(ByteWriter out, Usage usage) {
        out.i64(usage.id().key().high())
                .i64(usage.id().key().low())
                .i64(usage.id().window())
                .i64(usage.id().node())
                .i64(usage.count())
                .i64(usage.endMillis());
    }

    static Usage readUsage(ByteReader in) {
        Id id = new Id(new LimitKey(in.i64(), in.i64()), in.i64(), in.i64());
        return new Usage(id, in.i64(), in.i64());
    }

    static UsagePage read(ByteReader in) {
        TreeMap<Id, Usage> counters = new TreeMap<>();
        in.list(UsagePage::readUsage).forEach(usage -> counters.merge(usage.id(), usage, GREATER));
        return new UsagePage(counters, null);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UsagePage that && counters.equals(that.counters);
    }

    @Override
    public int hashCode() {
        return counters.hashCode();
    }

    @Override
    public String toString() {
        return counters.size() + " counters";
    }

    private static final class PageKey extends Key<UsagePage> {
        private static final long serialVersionUID = 1L;

        PageKey(String id) {
            super(id);
        }
    }
}
