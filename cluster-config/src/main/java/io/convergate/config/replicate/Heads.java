package io.convergate.config.replicate;

import io.convergate.config.WriterId;
import io.convergate.config.block.Head;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.apache.pekko.cluster.ddata.AbstractReplicatedData;
import org.apache.pekko.cluster.ddata.Key;

/**
 * The newest change of each writer that somebody has: a replicated map that only grows, by the greater counter. It needs
 * no delta, being 48 bytes a writer and at most {@link io.convergate.config.Limits#WRITERS_MAX} of them, and no pruning,
 * because it knows writers and no nodes. Immutable.
 */
public final class Heads extends AbstractReplicatedData<Heads> {
    /** No head. */
    static final Heads EMPTY = new Heads(new TreeMap<>());

    private static final BinaryOperator<Head> GREATER = BinaryOperator.maxBy(Head::compareTo);

    private final SortedMap<WriterId, Head> heads;

    private Heads(SortedMap<WriterId, Head> heads) {
        this.heads = heads;
    }

    /** The key of the one value there is in a cluster. */
    static Key<Heads> key() {
        return new HeadsKey();
    }

    /** These heads and those. */
    Heads with(Collection<Head> others) {
        TreeMap<WriterId, Head> merged = new TreeMap<>(heads);
        others.forEach(head -> merged.merge(head.writer(), head, GREATER));
        return merged.equals(heads) ? this : new Heads(merged);
    }

    /** The heads, in the order of their writers. */
    Collection<Head> values() {
        return heads.values();
    }

    @Override
    public Heads mergeData(Heads other) {
        return with(other.values());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Heads that && heads.equals(that.heads);
    }

    @Override
    public int hashCode() {
        return heads.hashCode();
    }

    @Override
    public String toString() {
        return heads.values().toString();
    }

    private static final class HeadsKey extends Key<Heads> {
        private static final long serialVersionUID = 1L;

        HeadsKey() {
            super("convergate-heads");
        }
    }
}
