package io.convergate.node.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every message between nodes arrives as it was sent. */
class VitalsSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void questionsArriveAsTheyWereSent() {
        var replyTo = KIT.<VitalsMessage>createTestProbe().getRef();

        KIT.serializationTestKit().verifySerialization(new VitalsMessage.Asked(replyTo, 42), true);
        KIT.serializationTestKit().verifySerialization(new VitalsMessage.EventsAsked(replyTo, 42, "digest"), true);
    }

    @Test
    void answerArrivesAsItWasSent() {
        VitalsMessage.Answered sent = new VitalsMessage.Answered(7, new byte[] {1, 2, 3});

        VitalsMessage.Answered arrived = KIT.serializationTestKit().verifySerialization(sent, false);

        assertThat(arrived.id()).isEqualTo(7);
        assertThat(arrived.answer()).containsExactly(1, 2, 3);
    }
}
