package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.routing.model.ResourceKey;
import java.util.Optional;
import java.util.Set;

/** Finds what two indexes serve differently, without looking at what is equal. */
final class Differences {
    private Differences() {}

    static void collect(Index one, Index other, int depth, Set<ResourceKey> out) {
        if (one.same(other)) {
            return;
        }
        if (one instanceof Leaf leaf && other instanceof Leaf otherLeaf) {
            collect(leaf, otherLeaf, out);
            collect(otherLeaf, leaf, out);
            return;
        }
        for (int nibble = 0; nibble < Index.FANOUT; nibble++) {
            collect(one.child(nibble, depth), other.child(nibble, depth), depth + 1, out);
        }
    }

    private static void collect(Leaf one, Leaf other, Set<ResourceKey> out) {
        for (Entry entry : one.entries()) {
            Optional<Hash> there = other.find(entry.place()).map(e -> e.served().hash());
            if (!there.equals(Optional.of(entry.served().hash()))) {
                out.add(entry.key());
            }
        }
    }
}
