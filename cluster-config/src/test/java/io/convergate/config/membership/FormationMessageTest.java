package io.convergate.config.membership;

import com.typesafe.config.ConfigFactory;
import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Probe;
import io.convergate.config.membership.FormationMessage.Standing;
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
}
