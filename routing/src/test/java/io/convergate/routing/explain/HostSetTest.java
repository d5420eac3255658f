package io.convergate.routing.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.resolve.HostNames;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostSetTest {
    private static final List<String> HOSTS = List.of(
            "*",
            "*.io",
            "*.a.io",
            "a.io",
            "b.a.io",
            "c.b.a.io",
            "*.b.a.io",
            "io",
            "ba.io",
            "*.ba.io",
            "localhost",
            "a");

    @Test
    void aHostOverlapsWithWhatSharesARequestWithIt() {
        for (String one : HOSTS) {
            HostSet set = new HostSet();
            set.add(one);
            for (String other : HOSTS) {
                assertThat(set.overlaps(other))
                        .as(one + " and " + other)
                        .isEqualTo(HostNames.intersection(one, other).isPresent());
            }
        }
    }
}
