package io.convergate.node.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HopByHopTest {
    @Test
    void responseLosesItsHopByHopFields() {
        Fields received = new Fields(10);
        List.of(
                        "Date: now",
                        "Connection: X-Mine, Set-Cookie, Content-Length",
                        "Keep-Alive: 5",
                        "Transfer-Encoding: chunked",
                        "X-Mine: 1",
                        "Set-Cookie: a=b",
                        "Set-Cookie: c=d",
                        "Content-Length: 5",
                        "Trailer: X-Sum",
                        "Server: nginx")
                .forEach(line -> received.add(
                        Field.of(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2))));

        Fields kept = HopByHop.endToEnd(received);

        assertThat(IntStream.range(0, kept.size())
                        .mapToObj(i -> kept.get(i).name() + ": " + kept.get(i).value()))
                .containsExactly(
                        "Date: now",
                        "Set-Cookie: a=b",
                        "Set-Cookie: c=d",
                        "Content-Length: 5",
                        "Trailer: X-Sum",
                        "Server: nginx");
    }
}
