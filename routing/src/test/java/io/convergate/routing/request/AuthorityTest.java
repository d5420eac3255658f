package io.convergate.routing.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorityTest {
    @ParameterizedTest
    @CsvSource({
        "a.example,a.example",
        "a.example:80,a.example",
        "a.example:,a.example",
        "127.0.0.1,127.0.0.1",
        "127.0.0.1:8080,127.0.0.1",
        "[::1],[::1]",
        "[::1]:443,[::1]",
        "[2001:db8::10]:1,[2001:db8::10]",
        "a,a",
        "7,7",
        "'',''",
    })
    void hostEndsBeforeThePort(String authority, String host) {
        assertThat(authority.substring(0, Authority.hostEnd(authority))).isEqualTo(host);
    }
}
