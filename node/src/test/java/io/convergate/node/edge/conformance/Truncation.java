package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;

/** Tells an answer that was cut off from one that ended. */
final class Truncation {
    private Truncation() {}

    /** The next answer is 502, or begins and is cut off. Were it read to a clean end, a client would take it for whole. */
    static void assertTruncated(RawClient client) throws IOException {
        try {
            assertThat(client.response().status())
                    .as("status of a whole answer")
                    .isEqualTo(502);
        } catch (EOFException | SocketException cutOff) {
            assertThat(cutOff).isNotNull();
        }
    }
}
