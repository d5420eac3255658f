package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.Ending;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KeepAliveTest {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    @Test
    void oneConnectionServesManyRequestsOverOneUpstreamConnection() throws IOException {
        RawClient client = edge.connect();
        for (int i = 0; i < 100; i++) {
            assertThat(client.exchange(get("/" + i)).text()).isEqualTo("/" + i);
        }
        assertThat(edge.origin().recordings().stream().filter(r -> r.count() > 0))
                .hasSize(1);
    }

    @Test
    void connectionCloseEndsTheConnectionAfterTheAnswer() throws IOException {
        RawClient client = edge.connect();
        HttpMessage answer = client.exchange("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(answer.value("Connection")).contains("close");
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }

    @Test
    void connectionCloseIsFoundInAList() throws IOException {
        RawClient client = edge.connect();
        client.exchange("GET /x HTTP/1.1\r\nHost: a\r\nConnection: X-Y,\tCLOSE\r\n\r\n");

        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }

    @Test
    void nothingIsServedAfterConnectionClose() throws IOException {
        RawClient client =
                edge.connect().send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get("/late"));

        assertThat(client.response().text()).isEqualTo("/x");
        assertThat(client.readToEnd()).isEmpty();
        assertThat(edge.requestsAtOrigin()).extracting(HttpMessage::target).containsExactly("/x");
    }

    @Test
    void originThatClosesDoesNotCloseTheClient() throws IOException {
        edge.origin().script(connection -> {
            connection.request();
            connection
                    .send("HTTP/1.1 200 OK|Connection: close|Content-Length: 2||ok")
                    .close();
        });
        RawClient client = edge.connect();

        assertThat(client.exchange(get("/1")).value("Connection")).isEmpty();
        assertThat(client.exchange(get("/2")).text()).isEqualTo("ok");
        assertThat(edge.origin().recordings().stream().filter(r -> r.count() > 0))
                .hasSize(2);
    }

    @Test
    void pipelinedAnswersComeInOrderThoughTheFirstIsSlow() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        edge.origin().script(connection -> {
            HttpMessage request = connection.request();
            if (request.target().equals("/slow")) {
                OriginConnection.await(released);
            }
            connection.ok(request.target());
        });
        RawClient client = edge.connect().send(get("/slow") + get("/fast") + get("/last"));
        edge.origin().awaitText("/slow");
        assertThat(edge.connect().exchange(get("/other")).text()).isEqualTo("/other");
        released.countDown();

        assertThat(client.response().text()).isEqualTo("/slow");
        assertThat(client.response().text()).isEqualTo("/fast");
        assertThat(client.response().text()).isEqualTo("/last");
    }

    @Test
    void deepPipelineIsAnsweredWhole() throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            requests.append(
                    i % 3 == 0
                            ? "POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                            : get("/" + i));
        }
        RawClient client = edge.connect().send(requests.toString());

        for (int i = 0; i < 500; i++) {
            assertThat(client.response().text()).isEqualTo("/" + i);
        }
    }

    @Test
    void refusalWaitsForTheAnswersBeforeIt() throws IOException {
        RawClient client = edge.connect().send(get("/1") + get("/2") + "BAD\r\n\r\n" + get("/3"));

        assertThat(client.response().text()).isEqualTo("/1");
        assertThat(client.response().text()).isEqualTo("/2");
        assertThat(client.response().status()).isEqualTo(400);
        assertThat(client.readToEnd()).isEmpty();
        assertThat(edge.requestsAtOrigin()).extracting(HttpMessage::target).containsExactly("/1", "/2");
    }

    @Test
    void pipelinedRequestThatFailsUpstreamDoesNotShiftTheAnswers() throws IOException {
        edge.origin().script(connection -> {
            HttpMessage request = connection.request();
            if (request.target().equals("/bad")) {
                connection.send("nonsense||");
            } else {
                connection.ok(request.target());
            }
        });
        RawClient client = edge.connect().send(get("/1") + get("/bad") + get("/2"));

        assertThat(client.response().text()).isEqualTo("/1");
        assertThat(client.response().status()).isEqualTo(502);
        assertThat(client.response().text()).isEqualTo("/2");
    }

    @Test
    void clientsDoNotGetEachOthersAnswers() throws IOException {
        edge.origin().script(RecordingOrigin.ECHO_TARGET);
        RawClient[] clients = new RawClient[32];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = edge.connect();
        }
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < clients.length; i++) {
                clients[i].send(get("/" + i + "/" + round));
            }
            for (int i = 0; i < clients.length; i++) {
                assertThat(clients[i].response().text()).isEqualTo("/" + i + "/" + round);
            }
        }
    }
}
