package io.convergate.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several host patterns an authority is served by. */
class HostIndexTest {
    private static final List<String> PATTERNS =
            List.of("*", "shop.io", "*.shop.io", "+.shop.io", "*.eu.shop.io", "+.foo.com", "a.foo.com");

    @ParameterizedTest
    @CsvSource({
        "shop.io, shop.io",
        "SHOP.io:8080, shop.io",
        "a.shop.io, +.shop.io",
        "A.Shop.IO.:80, +.shop.io",
        "a.b.shop.io, *.shop.io",
        "a.eu.shop.io, *.eu.shop.io",
        "eu.shop.io, +.shop.io",
        ".shop.io, *",
        "foo.com, *",
        "b.foo.com, +.foo.com",
        "a.foo.com, a.foo.com",
        "baz.bar.foo.com, *",
        "localhost, *",
        "[::1]:80, *"
    })
    void theMostSpecificPatternServes(String authority, String pattern) {
        Map<String, VirtualHost> hosts = new HashMap<>();
        PATTERNS.forEach(key -> hosts.put(key, new VirtualHost(List.of(), null)));

        assertThat(HostIndex.<VirtualHost>empty().with(hosts).find(authority)).isSameAs(hosts.get(pattern));
    }
}
