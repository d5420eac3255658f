package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistentHashTest {
    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    /** Origins that answer with their number. */
    private static InetSocketAddress[] origins(int count) throws IOException {
        InetSocketAddress[] addresses = new InetSocketAddress[count];
        for (int i = 0; i < count; i++) {
            String number = Integer.toString(i);
            addresses[i] = edge.origin(connection -> {
                        connection.request();
                        connection.ok(number);
                    })
                    .address();
        }
        return addresses;
    }

    private static void serve(String hash, InetSocketAddress... addresses) {
        edge.serve(
                service("a", addresses),
                policy("a", "loadBalancer: {consistentHash: " + hash + "}"),
                routeTo("a", "retries: {attempts: 2, backoff: 1ms}"));
    }

    private static HttpMessage get(String target, String fields) throws IOException {
        return edge.connect().exchange("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    }

    private static String request(String kind, int user, boolean target) {
        if (target) {
            return kind.equals("query") ? "/x?a=1&user=" + user : "/x";
        }
        return switch (kind) {
            case "header" -> "X-User: " + user + "\r\n";
            case "cookie" -> "Cookie: a=b; user=" + user + "; c=d\r\n";
            default -> "";
        };
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "header; {httpHeaderName: x-user}",
                "header; {httpHeaderName: X-User, maglev: {}}",
                "cookie; {httpCookie: {name: user, ttl: 0s}}",
                "query; {httpQueryParameterName: user, ringHash: {minimumRingSize: 4096}}",
                "query; {httpQueryParameterName: user, maglev: {tableSize: 101}}",
            })
    void equalKeysGoToTheSameEndpointAndDifferentOnesToAll(String kind, String hash) throws IOException {
        serve(hash, origins(4));
        Map<Integer, String> places = new HashMap<>();
        for (int round = 0; round < 3; round++) {
            for (int user = 0; user < 40; user++) {
                HttpMessage answer = get(request(kind, user, true), request(kind, user, false));
                assertThat(answer.values("set-cookie")).isEmpty();
                String before = places.putIfAbsent(user, answer.text());
                assertThat(answer.text()).isEqualTo(before == null ? answer.text() : before);
            }
        }
        assertThat(new HashSet<>(places.values())).containsExactlyInAnyOrder("0", "1", "2", "3");
    }

    @Test
    void oneAddressIsOneKey() throws IOException {
        serve("{useSourceIp: true}", origins(4));
        Set<String> places = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            places.add(get("/x", "").text());
        }
        assertThat(places).hasSize(1);
    }

    @Test
    void withoutAKeyAnyEndpointWillDo() throws IOException {
        serve("{httpHeaderName: x-user}", origins(3));
        Set<String> places = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            places.add(get("/x", "").text());
        }
        assertThat(places).hasSize(3);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{name: sticky, ttl: 1h, path: /shop} | sticky=[0-9a-f]+; Max-Age=3600; Path=/shop; HttpOnly",
                "{name: sticky, ttl: 0s} | sticky=[0-9a-f]+; HttpOnly",
                "{name: sticky, ttl: 0s, attributes: [{name: SameSite, value: Lax}]} | sticky=[0-9a-f]+; SameSite=Lax; HttpOnly",
            })
    void clientWithoutTheCookieGetsOneThatLeadsBack(String row) throws IOException {
        serveCookie(row.split(" \\| ")[0]);
        String expected = row.split(" \\| ")[1];
        for (int i = 0; i < 5; i++) {
            HttpMessage first = get("/x", "");
            String cookie = first.value("set-cookie").orElseThrow();
            assertThat(cookie).matches(expected);
            for (int again = 0; again < 3; again++) {
                HttpMessage next = get("/x", "Cookie: " + cookie.substring(0, cookie.indexOf(';')) + "\r\n");
                assertThat(next.text()).isEqualTo(first.text());
                assertThat(next.values("set-cookie")).isEmpty();
            }
        }
    }

    private static void serveCookie(String cookie) throws IOException {
        serve("{httpCookie: " + cookie + "}", origins(4));
    }

    @Test
    void cookieWithoutALifetimeIsNotMade() throws IOException {
        serve("{httpCookie: {name: sticky}}", origins(2));

        assertThat(get("/x", "").values("set-cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ringHash: {}", "maglev: {}"})
    void keysOfAnEndpointThatIsGoneMoveAndTheOthersStay(String table) throws IOException {
        InetSocketAddress[] five = origins(5);
        serve("{httpHeaderName: x-user, " + table + "}", five);
        List<String> before = places();
        serve("{httpHeaderName: x-user, " + table + "}", five[0], five[1], five[2], five[3]);
        List<String> after = places();
        int moved = 0;
        for (int user = 0; user < before.size(); user++) {
            moved += !before.get(user).equals("4") && !before.get(user).equals(after.get(user)) ? 1 : 0;
        }
        assertThat(after).doesNotContain("4");
        assertThat(moved).isLessThanOrEqualTo(15);
    }

    @Test
    void keysOfAnEndpointThatCannotBeReachedGoToAnotherAtOnce() throws IOException {
        InetSocketAddress[] two = origins(2);
        serve("{httpHeaderName: x-user}", two[0], ConfiguredEdge.nobody(), two[1]);
        for (int user = 0; user < 30; user++) {
            HttpMessage answer = get("/x", "X-User: " + user + "\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(get("/x", "X-User: " + user + "\r\n").text()).isEqualTo(answer.text());
        }
    }

    private static List<String> places() throws IOException {
        List<String> places = new ArrayList<>();
        for (int user = 0; user < 100; user++) {
            places.add(get("/x", "X-User: " + user + "\r\n").text());
        }
        return places;
    }
}
