package io.convergate.loadgen.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fault.ClientFault.Manner;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.origin.Misbehaviour;
import io.convergate.loadgen.origin.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Bad clients as a server sees them. */
class BadClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static BadClients start(InetSocketAddress address, Manner manner, int connections) {
        return BadClients.start(new ClientFault("node1", manner, connections, "shop.test", "/slow"), address);
    }

    @Test
    void aFloodIsOfThatManyConnectionsAndComesAgainAndEnds() {
        try (Origin origin = Origin.start("v1")) {
            try (BadClients clients = start(origin.address(), Manner.FLOOD, 250)) {
                Await.untilTrue("all are open", PATIENCE, () -> origin.connections() == 250 && clients.open() == 250);
                origin.misbehave(new Misbehaviour.Die());
                Await.untilTrue("all are gone", PATIENCE, () -> clients.open() == 0);
                origin.heal();
                Await.untilTrue("all are open again", PATIENCE, () -> origin.connections() == 250);
                assertThat(clients.opened()).isGreaterThanOrEqualTo(500);
            }
            Await.untilTrue("the flood is over", PATIENCE, () -> origin.connections() == 0);
            assertThat(origin.seenCount()).isZero();
        }
    }

    @Test
    void aSlowHeadTricklesAndNeverEnds() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
                BadClients clients = start((InetSocketAddress) server.getLocalSocketAddress(), Manner.SLOW_HEAD, 1);
                Socket connection = server.accept()) {
            connection.setSoTimeout((int) PATIENCE.toMillis());
            String head = "GET /slow HTTP/1.1\r\nHost: shop.test\r\n";
            byte[] first = connection.getInputStream().readNBytes(head.length() + 2);
            assertThat(new String(first, StandardCharsets.US_ASCII)).isEqualTo(head + "x:");
            assertThat(clients.open()).isEqualTo(1);
        }
    }

    @Test
    void aSlowReaderAsksForMuchAndTakesLittle() {
        try (Origin origin = Origin.start("v1");
                BadClients clients = start(origin.address(), Manner.SLOW_READ, 3)) {
            Await.untilTrue("ten requests of each", PATIENCE, () -> origin.seenCount() == 30);
            assertThat(clients.open()).isEqualTo(3);
        }
    }
}
