package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.Origin;
import io.convergate.config.PastChange;
import io.convergate.config.StoredResource;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.Contents;
import io.convergate.config.block.Dot;
import io.convergate.config.block.HybridTime;
import io.convergate.config.block.Index;
import io.convergate.config.block.Root;
import io.convergate.config.block.Version;
import io.convergate.routing.model.ResourceKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes as earlier versions wrote them, spelled out: they must stay readable, on disk and from a node of that version. */
class OldBytesTest {
    private static final String WRITER = "1122334455667788";
    private static final ResourceKey KEY = new ResourceKey("g", "Kind", "ns", "x");

    /** 1,700,000,000,000 ms in the upper 48 bits. */
    private static final String TIME = "018bcfe568000000";

    @TempDir
    Path directory;

    @Test
    void aLogOfTheFirstVersionIsReadAndWrittenOn() throws IOException {
        byte[] data = bytes("00" + hex("one"));
        byte[] leaf = bytes("02" + "00000001" + text(KEY.toString()) + "00000001" + WRITER + "0000000000000001" + TIME
                + Hash.of(data));
        byte[] root = bytes(firstRoot(Hash.of(leaf)));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        log.write(bytes("435647" + "53544f52" + "01"));
        record(log, "01" + WRITER);
        record(log, "02" + length(data) + hex(data));
        record(log, "02" + length(leaf) + hex(leaf));
        record(log, "02" + length(root) + hex(root));
        record(log, "03" + WRITER + "0000000000000001" + Hash.of(root));
        Files.write(directory.resolve("config.log"), log.toByteArray());

        try (ConfigStore store = open()) {
            assertThat(store.view().resources().get(KEY).content().toUtf8()).isEqualTo("one");
            PastChange change =
                    store.history(store.heads(), store.view()).changes().get(0);
            assertThat(change.author()).isEqualTo("ann");
            assertThat(change.message()).isEqualTo("why");
            assertThat(change.origin()).isEqualTo(Origin.UNKNOWN);
            Commit next = store.commit(new Change(List.of(new Edit.Put(KEY, Content.utf8("two"))), "", ""));
            assertThat(next.head().writer()).isEqualTo(WriterId.parse(WRITER));
            assertThat(next.head().counter()).isEqualTo(2);
        }
        try (ConfigStore store = open()) {
            assertThat(store.history(store.heads(), store.view()).versions(KEY)).hasSize(2);
        }
    }

    /** The present form, byte by byte: whoever changes it must give it a new kind. */
    @Test
    void theFormOfAChangeIsFixed() {
        Hash index = Hash.of(new byte[] {7});
        Root first = Root.read(Block.of(bytes(firstRoot(index))));
        Root noted = new Root(
                first.dot(),
                first.time(),
                first.author(),
                first.message(),
                new Origin("n1", "10.0.0.9"),
                first.revision(),
                first.parents(),
                first.index());
        String form = "05" + firstRoot(index).substring(2) + "00000002" + text("node") + text("n1") + text("client")
                + text("10.0.0.9");
        assertThat(noted.toBlock().hash()).isEqualTo(Hash.of(bytes(form)));
        assertThat(Root.read(Block.of(bytes(form)))).isEqualTo(noted);
    }

    /** Equal configurations have equal pages on nodes of every version: hashes of a tree of pages, and of a content in pieces. */
    @Test
    void theFormOfPagesAndPiecesIsFixed() {
        byte[] bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);
        List<Block> pieces = new ArrayList<>();
        assertThat(Contents.write(Content.copyOf(bytes), pieces::add))
                .hasToString("ac0f8b75027831401d3b80bf6a6ab2d4a55070023f091cad8c53fb59384bceb0");
        assertThat(pieces).hasSize(5);
        Map<ResourceKey, Optional<Version>> versions = new LinkedHashMap<>();
        for (int i = 1; i <= 1000; i++) {
            ResourceKey key = new ResourceKey("g", "Kind", "ns", "x" + i);
            Content content = Content.utf8("text " + i);
            StoredResource resource = new StoredResource(key, content, Contents.write(content, block -> {}));
            versions.put(
                    key,
                    Optional.of(new Version(new Dot(WriterId.parse(WRITER), i), HybridTime.ofMillis(i), resource)));
        }
        List<Block> pages = new ArrayList<>();
        Index index = Index.EMPTY.with(versions);
        index.writePages(Index.EMPTY, pages::add);
        assertThat(index.hash()).hasToString("0430463d117b2967d7bb28f1f357756a0f48e8ebec08cf2e48b2406cb1d715c9");
        assertThat(pages).hasSize(17);
    }

    /** What a later version notes beside it does not keep this one from reading a change. */
    @Test
    void detailsOfALaterVersionArePassedOver() {
        String form = "05" + firstRoot(Hash.of(new byte[] {7})).substring(2) + "00000002" + text("node") + text("n1")
                + text("weather") + text("fine");
        Root root = Root.read(Block.of(bytes(form)));
        assertThat(root.origin()).isEqualTo(new Origin("n1", ""));
        assertThat(root.past().time()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    /** Kind 4: dot, time, author, message, revision, parents, index. */
    private static String firstRoot(Hash index) {
        return "04" + WRITER + "0000000000000001" + TIME + text("ann") + text("why") + "00000001" + WRITER
                + "0000000000000001" + "00000000" + index;
    }

    private static void record(ByteArrayOutputStream log, String body) throws IOException {
        byte[] bytes = bytes(body);
        log.write(ByteBuffer.allocate(4).putInt(0, bytes.length).array());
        log.write(bytes);
        log.write(ByteBuffer.allocate(4).putInt(0, StoreLog.checksum(bytes)).array());
    }

    private ConfigStore open() {
        return ConfigStore.open(
                directory, "n1", new HistoryLimits(10, Duration.ofDays(36_500), 1 << 20), InstantSource.system());
    }

    private static String text(String text) {
        return length(text.getBytes(StandardCharsets.UTF_8)) + hex(text);
    }

    private static String length(byte[] bytes) {
        return HexFormat.of().toHexDigits(bytes.length);
    }

    private static String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
