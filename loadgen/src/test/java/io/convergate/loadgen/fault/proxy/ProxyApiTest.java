package io.convergate.loadgen.fault.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import eu.rekawek.toxiproxy.model.toxic.Latency;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as Toxiproxy's own Java client uses it, and what that client does not do. */
class ProxyApiTest {
    private final FaultProxy faults = FaultProxy.start(1, 1);
    private final ProxyApi api = ProxyApi.start(faults, new InetSocketAddress("127.0.0.1", 0));
    private final ToxiproxyClient client =
            new ToxiproxyClient("127.0.0.1", api.address().getPort());
    private final TcpServer echo = TcpServer.echo();
    private Proxy proxy;

    @BeforeEach
    void create() throws IOException {
        proxy = client.createProxy(
                "echo", "127.0.0.1:0", "127.0.0.1:" + echo.address().getPort());
    }

    @AfterEach
    void end() throws IOException {
        api.close();
        faults.close();
        echo.close();
    }

    private int port() {
        return Integer.parseInt(proxy.getListen().substring(proxy.getListen().lastIndexOf(':') + 1));
    }

    private long roundTripMs() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            long begun = System.nanoTime();
            socket.getOutputStream().write(7);
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            return (System.nanoTime() - begun) / 1_000_000;
        }
    }

    @Test
    void itsOwnClientMakesListsChangesAndDeletesProxies() throws IOException {
        assertThat(client.getProxies()).extracting(Proxy::getName).containsExactly("echo");
        assertThat(client.getProxy("echo").getUpstream())
                .endsWith(":" + echo.address().getPort());
        assertThat(client.version()).contains("2.");
        roundTripMs();
        proxy.disable();
        assertThat(proxy.isEnabled()).isFalse();
        assertThatThrownBy(this::roundTripMs).hasMessageContaining("refused");
        proxy.enable();
        roundTripMs();
        assertThatThrownBy(() -> client.createProxy("echo", "127.0.0.1:0", "127.0.0.1:1"))
                .hasMessageContaining("proxy already exists");
        proxy.delete();
        assertThat(client.getProxies()).isEmpty();
        assertThat(client.getProxyOrNull("echo")).isNull();
    }

    @Test
    void itsOwnClientAddsChangesAndRemovesToxics() throws IOException {
        Latency latency = proxy.toxics().latency("slow", ToxicDirection.DOWNSTREAM, 10);
        latency.setLatency(200).setJitter(10).setToxicity(1f);
        assertThat(roundTripMs()).isBetween(185L, 5_000L);
        assertThat(proxy.toxics().getAll()).hasSize(1);
        assertThat(proxy.toxics().get("slow", Latency.class).getJitter()).isEqualTo(10);
        latency.remove();
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < 50 && quickest >= 185; i++) {
            quickest = Math.min(quickest, roundTripMs());
        }
        assertThat(quickest)
                .as("the quickest of many, as the machine may be slow")
                .isLessThan(185);
        client.reset();
    }

    @Test
    void itsOwnClientKnowsEveryOtherToxicToo() throws IOException {
        proxy.toxics().bandwidth("b", ToxicDirection.UPSTREAM, 1000).setRate(2000);
        proxy.toxics().slowClose("s", ToxicDirection.UPSTREAM, 1).setDelay(2);
        proxy.toxics().slicer("i", ToxicDirection.UPSTREAM, 10, 3).setSizeVariation(2);
        proxy.toxics().limitData("l", ToxicDirection.DOWNSTREAM, 100).setBytes(5000);
        roundTripMs();
        proxy.toxics().timeout("t", ToxicDirection.UPSTREAM, 1).setTimeout(100);
        proxy.toxics().resetPeer("r", ToxicDirection.UPSTREAM, 1).setTimeout(100);
        assertThat(faults.link("echo").orElseThrow().toxics())
                .extracting(toxic -> toxic.effect().toString())
                .containsExactly(
                        "Bandwidth[rate=2000]",
                        "SlowClose[delay=2]",
                        "Slicer[averageSize=10, sizeVariation=2, delay=3]",
                        "LimitData[bytes=5000]",
                        "Timeout[timeout=100]",
                        "ResetPeer[timeout=100]");
        proxy.disable();
        client.reset();
        assertThat(client.getProxy("echo").isEnabled()).isTrue();
        assertThat(client.getProxy("echo").toxics().getAll()).isEmpty();
    }

    @Test
    void populateMakesWhatIsMissingAndKeepsWhatIsThere() throws Exception {
        String both = "[{\"name\":\"echo\",\"listen\":\"%s\",\"upstream\":\"%s\"},"
                        .formatted(proxy.getListen(), proxy.getUpstream())
                + "{\"name\":\"more\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"127.0.0.1:1\",\"enabled\":false}]";
        ProxyLink before = faults.link("echo").orElseThrow();
        HttpResponse<String> answer = send("POST", "/populate", both);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).contains("\"proxies\":[{\"name\":\"echo\"");
        assertThat(faults.link("echo")).containsSame(before);
        assertThat(faults.link("more").orElseThrow().isEnabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /proxies/none              |                                   | 404 | proxy not found",
                "GET    | /proxies/echo/toxics/none  |                                   | 404 | toxic not found",
                "GET    | /nonsense                  |                                   | 404 | /nonsense (expected:",
                "POST   | /proxies                   | {\"name\":\"x\"}                  | 400 | listen: nothing (expected: a text)",
                "POST   | /proxies                   | {\"name\":\"x\",\"listen\":\"y\"} | 400 | listen: y (expected: HOST:PORT)",
                "POST   | /proxies                   | nonsense                          | 400 | nonsense",
                "POST   | /proxies/echo/toxics       | {\"type\":\"x\"}                  | 400 | type: x (expected: one of",
                "POST   | /proxies/echo/toxics       | {\"type\":\"latency\",\"stream\":\"x\"} | 400 | stream: x (expected: upstream or downstream)",
                "POST   | /proxies/echo/toxics       | {\"type\":\"latency\",\"toxicity\":2}   | 400 | toxicity: 2.0 (expected: 0 to 1)",
                "POST   | /proxies/echo/toxics       | {\"type\":\"bandwidth\",\"attributes\":{\"rate\":0}} | 400 | attributes.rate: 0 (expected: 1 to",
                "POST   | /proxies/echo/toxics       | {\"type\":\"latency\",\"attributes\":{\"latency\":\"x\"}} | 400 | attributes.latency: x (expected: a whole number)",
                "POST   | /proxies/echo/toxics       | {\"type\":\"latency\",\"attributes\":7} | 400 | attributes: 7 (expected: an object of JSON)",
                "POST   | /proxies/echo              | {\"enabled\":\"x\"}            | 400 | enabled: x (expected: true or false)",
                "DELETE | /proxies                   |                                   | 405 | DELETE (expected:",
                "GET    | /reset                     |                                   | 405 | GET (expected:",
                "GET    | /proxies/echo/toxic/x      |                                   | 404 | /proxies/echo/toxic/x (expected:",
                "POST   | /proxies/echo/toxics       | {\"type\":\"loss\",\"attributes\":{\"rate\":0.1,\"timeout\":200}} | 200 | loss_downstream",
                "DELETE | /proxies/echo              |                                   | 204 | ",
            })
    void everyOtherCallHasItsStatus(String method, String path, String body, int status, String says) throws Exception {
        HttpResponse<String> answer = send(method, path, body == null ? "" : body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(says == null ? "" : says);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.address().getPort() + path))
                .method(method, BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
