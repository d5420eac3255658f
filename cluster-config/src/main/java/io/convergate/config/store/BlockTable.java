package io.convergate.config.store;

import io.convergate.config.Hash;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Head;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The blocks that are here, in memory. Written by the store's thread, read by any. */
final class BlockTable implements Blocks {
    private final ConcurrentHashMap<Hash, Block> blocks = new ConcurrentHashMap<>();

    @Override
    public Optional<Block> get(Hash hash) {
        return Optional.ofNullable(blocks.get(hash));
    }

    /** Adds a block; answers whether it is new. */
    boolean add(Block block) {
        return blocks.putIfAbsent(block.hash(), block) == null;
    }

    /** Forgets a block. */
    void remove(Block block) {
        blocks.remove(block.hash());
    }

    /** All blocks that these changes need to be whole. */
    Set<Hash> reachable(Collection<Head> heads) {
        Set<Hash> reached = new HashSet<>();
        Deque<Hash> open = new ArrayDeque<>();
        heads.forEach(head -> open.add(head.root()));
        while (!open.isEmpty()) {
            Hash next = open.remove();
            if (reached.add(next)) {
                get(next).ifPresent(block -> open.addAll(block.references()));
            }
        }
        return reached;
    }

    /** Forgets all other blocks. */
    void retain(Set<Hash> kept) {
        blocks.keySet().retainAll(kept);
    }

    /** All blocks. */
    Collection<Block> all() {
        return blocks.values();
    }

    /** How many bytes these blocks have together. */
    long bytes() {
        return blocks.values().stream().mapToLong(Block::length).sum();
    }
}
