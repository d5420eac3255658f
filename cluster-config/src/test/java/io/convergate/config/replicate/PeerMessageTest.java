package io.convergate.config.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.convergate.config.Content;
import io.convergate.config.Hash;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.Contents;
import io.convergate.config.block.Head;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PeerMessageTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.parseString("pekko.extensions = []")
            .withFallback(ConfigFactory.parseString("pekko.actor.provider = local"))
            .withFallback(ConfigFactory.parseResources("convergate-cluster.conf"))
            .withFallback(ConfigFactory.load()));
    private static final NodeAddress NODE = new NodeAddress("10.0.0.1", 17355);
    private static final WriterId WRITER = new WriterId(0x1122334455667788L);
    private static final Hash HASH = Hash.of("x".getBytes(StandardCharsets.UTF_8));
    private static final Head HEAD = new Head(WRITER, 5, HASH);

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @Test
    void messagesComeBackFromTheirBytes() {
        List<Block> blocks = blocks(100_000);
        Revision revision = Revision.EMPTY.with(WRITER, 5).with(new WriterId(3), 1);
        ServingReport report = new ServingReport(
                new MemberId("n1", NODE.toString()), revision, Revision.EMPTY, revision, List.of("no such host", "é"));
        verify(new PeerMessage.Offer(NODE, HEAD, blocks));
        List<Head> heads = List.of(HEAD, new Head(new WriterId(3), 1, HASH));
        verify(new PeerMessage.Status(NODE, report, heads, Optional.empty()));
        verify(new PeerMessage.Status(NODE, report, heads, Optional.of(-1L)));
        verify(new PeerMessage.Want(NODE, List.of(HASH, blocks.get(0).hash())));
        verify(new PeerMessage.Delivery(NODE, blocks));
        verify(new PeerMessage.Delivery(NODE, List.of()));
        verify(new PeerMessage.WantPast(NODE, List.of(HASH)));
        verify(new PeerMessage.Proposal(NODE, HEAD, blocks, true));
        verify(new PeerMessage.Proposal(NODE, HEAD, List.of(), false));
        verify(new PeerMessage.Vote(NODE, HASH, ""));
        verify(new PeerMessage.Vote(NODE, HASH, "has promised"));
        verify(new PeerMessage.Withdrawal(NODE, HEAD));
        verify(Heads.EMPTY.with(List.of(HEAD)));
    }

    private static void verify(Object message) {
        KIT.serializationTestKit().verifySerialization(message, true);
    }

    /** What an older node sent must stay readable; a new form needs a new manifest. */
    @Test
    void theFirstFormStaysReadable() throws Exception {
        byte[] want = HexFormat.of().parseHex("0000000831302e302e302e31000043cb00000001" + HASH);
        assertThat(new ReplicationSerializer().toBinary(new PeerMessage.Want(NODE, List.of(HASH))))
                .isEqualTo(want);
        assertThat(new ReplicationSerializer().fromBinary(want, "W1"))
                .isEqualTo(new PeerMessage.Want(NODE, List.of(HASH)));
        String from = "00000008" + "31302e302e302e31" + "000043cb";
        String block = "00000002" + "0061";
        String head = "1122334455667788" + "0000000000000005" + HASH;
        Block a = Block.read(new ByteReader(HexFormat.of().parseHex(block)));
        assertForm("O1", from + head + "00000001" + block, new PeerMessage.Offer(NODE, HEAD, List.of(a)));
        assertForm("D1", from + "00000001" + block, new PeerMessage.Delivery(NODE, List.of(a)));
        assertForm("P1", from + "00000001" + HASH, new PeerMessage.WantPast(NODE, List.of(HASH)));
        assertForm(
                "R1", from + head + "00000001" + block + "01", new PeerMessage.Proposal(NODE, HEAD, List.of(a), true));
        assertForm("V1", from + HASH + "00000002" + "6e6f", new PeerMessage.Vote(NODE, HASH, "no"));
        assertForm("X1", from + head, new PeerMessage.Withdrawal(NODE, HEAD));
        Revision revision = Revision.EMPTY.with(WRITER, 5);
        String vector = "00000001" + "1122334455667788" + "0000000000000005";
        String status = from + "00000002" + "6e31" + "0000000e" + "31302e302e302e313a3137333535" + vector + vector
                + "00000000" + "00000001" + "00000002" + "6e6f" + "00000001" + head;
        ServingReport report = new ServingReport(
                new MemberId("n1", NODE.toString()), revision, revision, Revision.EMPTY, List.of("no"));
        assertForm("S1", status, new PeerMessage.Status(NODE, report, List.of(HEAD), Optional.empty()));
        assertForm(
                "S1",
                status + "1122334455667788",
                new PeerMessage.Status(NODE, report, List.of(HEAD), Optional.of(0x1122334455667788L)));
        ServingReport later = new ServingReport(
                report.member(), revision, revision, Revision.EMPTY, List.of("no"), Optional.of(0x8070605040302010L));
        assertForm(
                "S1",
                status + "1122334455667788" + "8070605040302010",
                new PeerMessage.Status(NODE, later, List.of(HEAD), Optional.of(0x1122334455667788L)));
        byte[] heads = HexFormat.of().parseHex("00000001" + "1122334455667788" + "0000000000000005" + HASH);
        assertThat(new HeadsSerializer().fromBinary(heads, "H1")).isEqualTo(Heads.EMPTY.with(List.of(HEAD)));
    }

    private static void assertForm(String manifest, String hex, PeerMessage message) throws Exception {
        ReplicationSerializer serializer = new ReplicationSerializer();
        assertThat(serializer.manifest(message)).isEqualTo(manifest);
        assertThat(HexFormat.of().formatHex(serializer.toBinary(message))).isEqualTo(hex);
        assertThat(serializer.fromBinary(HexFormat.of().parseHex(hex), manifest))
                .isEqualTo(message);
    }

    @Test
    void headsMergeByTheGreaterCounterAndGiveEqualBytesForEqualHeads() {
        Head newer = new Head(WRITER, 6, Hash.of(new byte[] {1}));
        Head other = new Head(new WriterId(-9), 1, HASH);
        Heads one = Heads.EMPTY.with(List.of(HEAD, other));
        Heads two = Heads.EMPTY.with(List.of(newer));
        assertThat(one.mergeData(two)).isEqualTo(two.mergeData(one));
        assertThat(one.mergeData(two).values()).containsExactly(newer, other);
        assertThat(one.mergeData(one)).isEqualTo(one);
        HeadsSerializer serializer = new HeadsSerializer();
        assertThat(serializer.toBinary(one.mergeData(two))).isEqualTo(serializer.toBinary(two.mergeData(one)));
    }

    static List<Block> blocks(int bytes) {
        List<Block> blocks = new ArrayList<>();
        Contents.write(Content.copyOf(new byte[bytes]), blocks::add);
        return blocks;
    }
}
