package io.convergate.config.store;

import io.convergate.config.Hash;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The blocks that are here, in memory. Written by the store's thread, read by any. */
final class BlockTable implements Blocks {
    private final ConcurrentHashMap<Hash, Block> blocks = new ConcurrentHashMap<>();

    /** How often blocks came or went. Written and read by the store's thread. */
    private long alterations;

    @Override
    public Optional<Block> get(Hash hash) {
        return Optional.ofNullable(blocks.get(hash));
    }

    /** Adds a block; answers whether it is new. */
    boolean add(Block block) {
        alterations++;
        return blocks.putIfAbsent(block.hash(), block) == null;
    }

    /** Forgets a block. */
    void remove(Block block) {
        alterations++;
        blocks.remove(block.hash());
    }

    /** The names that a block leads to, itself included, without those in {@code known} and what only they lead to. */
    Set<Hash> reachable(Hash from, Set<Hash> known) {
        Set<Hash> reached = new HashSet<>();
        Deque<Hash> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Hash next = open.remove();
            if (!known.contains(next) && reached.add(next)) {
                get(next).ifPresent(block -> open.addAll(block.references()));
            }
        }
        return reached;
    }

    /** Forgets all other blocks. */
    void retain(Set<Hash> kept) {
        alterations++;
        blocks.keySet().retainAll(kept);
    }

    /** A number that is another one after blocks came or went. To be asked by the store's thread. */
    long alterations() {
        return alterations;
    }

    /** All blocks. */
    Collection<Block> all() {
        return blocks.values();
    }

    /** How many bytes those of these blocks have together that are here. */
    long bytes(Set<Hash> names) {
        return names.stream()
                .mapToLong(name -> get(name).map(Block::length).orElse(0))
                .sum();
    }

    /** How many bytes all blocks have together. */
    long bytes() {
        return blocks.values().stream().mapToLong(Block::length).sum();
    }
}
