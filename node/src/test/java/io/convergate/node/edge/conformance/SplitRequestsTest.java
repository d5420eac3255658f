package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where packets end means nothing: every split of a request gets the answer that the whole one gets. */
class SplitRequestsTest {
    /** So many splits wait for their second half at once. */
    private static final int BATCH = 64;
    /** More than the edge has event loops: when all these are answered, every loop has read what was sent before. */
    private static final int BARRIER = 8;

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    static List<Arguments> shapes() {
        return Wire.table("split-requests.txt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void everySplitGetsTheAnswerOfTheWhole(String shape, String text) throws IOException {
        edge.origin().script(SplitRequestsTest::describe);
        byte[] request = Wire.bytes(text);
        String whole = answerTo(edge.connect().send(request), request);
        assertThat(whole).startsWith("200");
        assertThat(answerTo(dribble(request), request)).isEqualTo(whole);

        List<RawClient> clients = connect(BATCH);
        List<RawClient> barrier = connect(BARRIER);
        for (int from = 1; from < request.length; from += BATCH) {
            int splits = Math.min(BATCH, request.length - from);
            for (int i = 0; i < splits; i++) {
                clients.get(i).send(Arrays.copyOf(request, from + i));
            }
            for (RawClient client : barrier) {
                client.exchange("GET /barrier HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            for (int i = 0; i < splits; i++) {
                clients.get(i).send(Arrays.copyOfRange(request, from + i, request.length));
            }
            for (int i = 0; i < splits; i++) {
                assertSameAnswer(clients.get(i), request, from + i, whole);
            }
        }
    }

    private static void assertSameAnswer(RawClient client, byte[] request, int split, String whole) throws IOException {
        try {
            assertThat(answerTo(client, request)).isEqualTo(whole);
        } catch (IOException | AssertionError e) {
            throw new AssertionError(
                    "split " + split + " before '" + Wire.text(request).substring(split) + "'", e);
        }
    }

    /** Answers with all that must not depend on a split. */
    private static void describe(OriginConnection connection) throws IOException {
        HttpMessage request = connection.request();
        connection.ok(request.startLine()
                + request.values("Host")
                + request.values("X")
                + request.values("Z")
                + request.text()
                + request.trailers());
    }

    private static RawClient dribble(byte[] request) throws IOException {
        RawClient client = edge.connect();
        for (byte b : request) {
            client.send(new byte[] {b});
        }
        return client;
    }

    /** The final answers to what was sent, which may be two requests; interim ones depend on timing. */
    private static String answerTo(RawClient client, byte[] request) throws IOException {
        String method = Wire.text(request).strip().split(" ")[0];
        StringBuilder answers = new StringBuilder();
        for (int left = Wire.text(request).split("HTTP/1.1", -1).length - 1; left > 0; ) {
            HttpMessage answer = client.response(method);
            if (answer.status() >= 200) {
                answers.append(answer.status())
                        .append(' ')
                        .append(answer.text())
                        .append('\n');
                left--;
            }
        }
        return answers.toString();
    }

    private static List<RawClient> connect(int count) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(edge.connect());
        }
        return clients;
    }
}
