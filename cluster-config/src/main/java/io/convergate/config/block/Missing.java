package io.convergate.config.block;

import io.convergate.config.Hash;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the blocks that a root still needs here before its configuration is whole. */
public final class Missing {
    private final Blocks blocks;
    private final int limit;
    private final Set<Hash> missing = new LinkedHashSet<>();

    private Missing(Blocks blocks, int limit) {
        this.blocks = blocks;
        this.limit = limit;
    }

    /**
     * What a root needs.
     *
     * @param near a configuration that is whole here; parts of it are not looked at
     * @param limit the most names to answer; fewer than all tell what to fetch first
     * @return the names of missing blocks, none if the root is whole
     * @throws MalformedException if a block is not what it should be
     */
    public static Set<Hash> of(Hash root, Blocks blocks, Index near, int limit) {
        Missing walk = new Missing(blocks, limit);
        walk.root(root, near);
        return walk.missing;
    }

    private void root(Hash hash, Index near) {
        Optional<Block> root = look(hash);
        root.ifPresent(block -> page(Root.read(block).index(), near, 0));
    }

    private void page(Hash hash, Index near, int depth) {
        if (missing.size() >= limit || near.hash().equals(hash)) {
            return;
        }
        Optional<Block> found = look(hash);
        if (found.isEmpty()) {
            return;
        }
        if (found.get().kind() == Block.Kind.LEAF) {
            Pages.contents(found.get()).forEach(this::content);
            return;
        }
        List<Optional<Hash>> slots = Pages.slots(found.get());
        for (int nibble = 0; nibble < slots.size(); nibble++) {
            if (slots.get(nibble).isPresent()) {
                page(slots.get(nibble).get(), near.child(nibble, depth), depth + 1);
            }
        }
    }

    private void content(Hash hash) {
        if (missing.size() < limit) {
            look(hash).ifPresent(block -> block.references().forEach(this::look));
        }
    }

    private Optional<Block> look(Hash hash) {
        Optional<Block> found = blocks.get(hash);
        if (found.isEmpty()) {
            missing.add(hash);
        }
        return found;
    }
}
