package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Probe;
import io.convergate.config.membership.FormationMessage.Standing;
import java.util.HexFormat;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FormationMessageTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.parseString("pekko.extensions = []")
            .withFallback(ConfigFactory.parseString("pekko.actor.provider = local"))
            .withFallback(ConfigFactory.parseResources("convergate-cluster.conf"))
            .withFallback(ConfigFactory.load()));
    private static final NodeAddress NODE = new NodeAddress("10.0.0.1", 17355);

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @Test
    void messagesComeBackFromTheirBytes() {
        KIT.serializationTestKit().verifySerialization(new Probe(NODE, 0), true);
        KIT.serializationTestKit().verifySerialization(new Probe(NODE, 1L << 61), true);
        KIT.serializationTestKit().verifySerialization(new Answer(NODE, Standing.FREE, List.of(), 7), true);
        KIT.serializationTestKit().verifySerialization(new Answer(NODE, Standing.MEMBER, List.of(NODE, NODE), 0), true);
    }

    /** What an older node sent must stay readable; a new form needs a new manifest. */
    @Test
    void theFirstFormStaysReadable() throws Exception {
        String node = "00000008" + "31302e302e302e31" + "000043cb";
        assertForm("P1", node + "0000000000000007", new Probe(NODE, 7));
        String cluster = "00000001" + node;
        assertForm("A1", node + "00" + "00000000" + "0000000000000007", new Answer(NODE, Standing.FREE, List.of(), 7));
        assertForm(
                "A1", node + "01" + "00000000" + "0000000000000000", new Answer(NODE, Standing.JOINING, List.of(), 0));
        assertForm(
                "A1", node + "02" + cluster + "0000000000000000", new Answer(NODE, Standing.MEMBER, List.of(NODE), 0));
    }

    private static void assertForm(String manifest, String hex, FormationMessage message) throws Exception {
        FormationSerializer serializer = new FormationSerializer();
        assertThat(serializer.manifest(message)).isEqualTo(manifest);
        assertThat(HexFormat.of().formatHex(serializer.toBinary(message))).isEqualTo(hex);
        assertThat(serializer.fromBinary(HexFormat.of().parseHex(hex), manifest))
                .isEqualTo(message);
    }
}
