package io.convergate.loadgen.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which connections are found in what Linux lists, on a machine with little end first. */
class ConnectionsTest {
    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one that the other opened, 0: 0100007F:43CB 0200007F:9C40 01, true",
        "one that it opened, 0: 0100007F:9C40 0200007F:43CB 01, true",
        "of IPv6 sockets, 12: 0000000000000000FFFF00000100007F:43CB 0000000000000000FFFF00000200007F:9C40 01, true",
        "one that waits to be closed, 0: 0100007F:43CB 0200007F:9C40 08, false",
        "one that is not answered yet, 0: 0100007F:9C40 0200007F:43CB 02, false",
        "of the edge, 0: 0100007F:9C40 0200007F:2760 01, false",
        "with a third, 0: 0100007F:43CB 0300007F:9C40 01, false",
        "the other way round, 0: 0200007F:43CB 0100007F:9C40 01, false",
        "none, '', false"
    })
    void anEstablishedOneBetweenTheTwoAtTheClusterPortCounts(String name, String line, boolean expected) {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the lines are those of a little-endian machine");
        Connections connections = new Connections(HEADING + "   " + line + " 00000000:00000000\n");
        assertThat(connections.has("127.0.0.1", "127.0.0.2")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"cat cannot be run: no such file", "''"})
    void whereNobodyCanLookTheyCountAsConnected(String said) {
        assertThat(new Connections(said).has("127.0.0.1", "127.0.0.2")).isTrue();
    }
}
