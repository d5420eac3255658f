package io.convergate.config.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.Content;
import io.convergate.config.Hash;
import io.convergate.config.Origin;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
    private static final WriterId WRITER = new WriterId(7);

    private final Map<Hash, Block> table = new HashMap<>();
    private final Blocks blocks = hash -> Optional.ofNullable(table.get(hash));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000, 1 << 20})
    void aContentOfAnyLengthComesBack(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Hash name = Contents.write(Content.copyOf(bytes), this::add);
        assertThat(Contents.read(name, blocks)).isEqualTo(Content.copyOf(bytes));
        assertThat(table.values()).allMatch(block -> block.length() <= Block.BYTES_MAX);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 300, 5000})
    void anIndexComesBackFromItsPages(int entries) {
        Index index = index(entries);
        index.writePages(Index.EMPTY, this::add);
        add(index.page());
        Index read = Pages.read(index.hash(), blocks, Index.EMPTY);
        assertThat(read.hash()).isEqualTo(index.hash());
        assertThat(History.dots(read)).isEqualTo(History.dots(index)).hasSize(entries);
    }

    @Test
    void oneChangedResourceRewritesOnePathOfPages() {
        Index before = index(10_000);
        List<Block> all = new ArrayList<>();
        before.writePages(Index.EMPTY, all::add);
        Index after = before.with(Map.of(History.key(77), Optional.of(version(77, 2))));
        List<Block> changed = new ArrayList<>();
        after.writePages(before, changed::add);
        assertThat(all).hasSizeGreaterThan(200);
        assertThat(changed).hasSizeLessThanOrEqualTo(4);
        assertThat(changed.stream().mapToInt(Block::length).sum()).isLessThan(32 << 10);
    }

    @Test
    void deletingEverythingLeadsBackToTheEmptyIndex() {
        Map<ResourceKey, Optional<Version>> deletions = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            deletions.put(History.key(i), Optional.empty());
        }
        assertThat(index(5000).with(deletions).hash()).isEqualTo(Index.EMPTY.hash());
    }

    @Test
    void whatIsMissingIsFoundStepByStepUntilNothingIs() {
        Index index = index(3000);
        Map<Hash, Block> there = new HashMap<>();
        index.writePages(Index.EMPTY, block -> there.put(block.hash(), block));
        there.putAll(table);
        table.clear();
        Root root = new Root(
                new Dot(WRITER, 1),
                HybridTime.ZERO,
                "",
                "",
                Origin.UNKNOWN,
                Revision.EMPTY.with(WRITER, 1),
                List.of(),
                index.hash());
        there.put(root.toBlock().hash(), root.toBlock());

        int rounds = 0;
        Set<Hash> missing = Missing.of(root.toBlock().hash(), blocks, Index.EMPTY, 500);
        while (!missing.isEmpty()) {
            assertThat(missing).hasSizeLessThanOrEqualTo(500);
            missing.forEach(hash -> add(there.get(hash)));
            missing = Missing.of(root.toBlock().hash(), blocks, Index.EMPTY, 500);
            rounds++;
        }
        assertThat(rounds).isBetween(5, 30);
        assertThat(Pages.read(index.hash(), blocks, Index.EMPTY).size()).isEqualTo(3000);
    }

    @Test
    void rootsComeBack() {
        Root root = new Root(
                new Dot(WRITER, 3),
                HybridTime.ofMillis(12345).next(),
                "ann",
                "because",
                new Origin("n1", "10.0.0.9"),
                Revision.EMPTY.with(WRITER, 3).with(new WriterId(-1), 9),
                List.of(Hash.of(new byte[] {1}), Hash.of(new byte[] {2})),
                Index.EMPTY.hash());
        assertThat(Root.read(root.toBlock())).isEqualTo(root);
    }

    @Test
    void pagesOutOfShapeAreRefused() {
        Entry first = new Entry(History.key(1), List.of(version(1, 1)));
        Entry second = new Entry(History.key(2), List.of(version(2, 1)));
        boolean ascending = first.place().compareTo(second.place()) < 0;
        Block wrongOrder = Pages.leaf(ascending ? List.of(second, first) : List.of(first, second));
        add(wrongOrder);
        assertThatThrownBy(() -> Pages.read(wrongOrder.hash(), blocks, Index.EMPTY))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Block.of(new byte[] {9})).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Block.of(new byte[0])).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Block.of(new byte[] {2, 127, 0, 0, 0}).references())
                .isInstanceOf(MalformedException.class);
    }

    private Index index(int entries) {
        Map<ResourceKey, Optional<Version>> edits = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            edits.put(History.key(i), Optional.of(version(i, 1)));
        }
        return Index.EMPTY.with(edits);
    }

    private Version version(int number, long counter) {
        Version version = History.version(History.key(number), new Dot(WRITER, counter), HybridTime.ofMillis(number));
        Contents.write(version.resource().content(), this::add);
        return version;
    }

    private void add(Block block) {
        table.put(block.hash(), block);
    }
}
