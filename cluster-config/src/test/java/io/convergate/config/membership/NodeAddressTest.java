package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1:17355, pekko://convergate@10.0.0.1:17355",
        "10.0.0.1:80, 10.0.0.1:80, pekko://convergate@10.0.0.1:80",
        "::1, [0:0:0:0:0:0:0:1]:17355, pekko://convergate@[0:0:0:0:0:0:0:1]:17355",
        "[::1], [0:0:0:0:0:0:0:1]:17355, pekko://convergate@[0:0:0:0:0:0:0:1]:17355",
        "[FD00::2]:80, [fd00:0:0:0:0:0:0:2]:80, pekko://convergate@[fd00:0:0:0:0:0:0:2]:80",
    })
    void anAddressIsOneHoweverItIsWrittenAndPekkoHasItInBrackets(String text, String shown, String pekko) {
        NodeAddress address = NodeAddress.parse(text, 17355);

        assertThat(address).hasToString(shown);
        assertThat(address.toPekko()).hasToString(pekko);
        assertThat(NodeAddress.of(address.toPekko())).isEqualTo(address);
        assertThat(NodeAddress.parse(shown, 1)).isEqualTo(address);
    }
}
