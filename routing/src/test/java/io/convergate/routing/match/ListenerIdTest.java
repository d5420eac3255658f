package io.convergate.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerIdTest {
    @ParameterizedTest
    @CsvSource({
        "::1, 0:0:0:0:0:0:0:1",
        "[::1], 0:0:0:0:0:0:0:1",
        "2001:DB8::1, 2001:db8:0:0:0:0:0:1",
        "10.0.0.1, 10.0.0.1",
        "unix:///a:b:c, unix:///a:b:c",
        ":::, :::",
        "'', ''",
    })
    void anAddressIsOneHoweverItIsWritten(String bind, String told) {
        assertThat(new ListenerId(80, bind)).isEqualTo(new ListenerId(80, told));
        assertThat(new ListenerId(80, bind).bind()).isEqualTo(told);
    }
}
