package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SeedsTest {
    private static final NodeAddress SELF = node(1);

    private final Map<String, List<String>> records = new HashMap<>();
    private long nanos;

    @Test
    void aFixedListIsSettledAtOnce() {
        Seeds seeds = seeds("10.0.0.1", "10.0.0.2:7000");
        assertThat(seeds.unsettled()).isEmpty();
        assertThat(seeds.addresses()).containsExactly(SELF, new NodeAddress("10.0.0.2", 7000));
    }

    @Test
    void aNameIsAllItsAddressesOnceTheyHaveBeenTheSameForAWhile() {
        Seeds seeds = seeds("dns:nodes");
        seeds.refresh();
        assertThat(seeds.unsettled()).contains("no address is known yet of nodes");
        records.put("nodes", List.of("10.0.0.1", "10.0.0.2"));
        seeds.refresh();
        assertThat(seeds.addresses()).containsExactly(SELF, node(2));
        assertThat(seeds.unsettled()).contains("have just changed");
        nanos += Seeds.SETTLED.toNanos();
        seeds.refresh();
        assertThat(seeds.unsettled()).isEmpty();
        records.put("nodes", List.of("10.0.0.2", "10.0.0.3"));
        seeds.refresh();
        assertThat(seeds.addresses()).containsExactly(node(2), node(3));
        assertThat(seeds.unsettled()).isNotEmpty();
    }

    @Test
    void aNameThatCannotBeLookedUpKeepsItsLastAddresses() {
        Seeds seeds = seeds("dns:nodes:1234", "10.0.0.9");
        records.put("nodes", List.of("10.0.0.2"));
        seeds.refresh();
        records.clear();
        seeds.refresh();
        assertThat(seeds.addresses()).containsExactly(new NodeAddress("10.0.0.2", 1234), node(9));
    }

    @Test
    void theLastClusterCountsUnlessANameNamesAsManyNodes() {
        Set<NodeAddress> last = new TreeSet<>(List.of(SELF, node(2), node(3)));
        assertThat(seeds("10.0.0.1").electors(SELF, last)).isEqualTo(last);
        Seeds named = seeds("dns:nodes");
        records.put("nodes", List.of("10.0.0.1"));
        named.refresh();
        assertThat(named.electors(SELF, last))
                .as("a name that has lost the others")
                .isEqualTo(last);
        records.put("nodes", List.of("10.0.0.7", "10.0.0.8"));
        named.refresh();
        assertThat(named.electors(SELF, last))
                .as("everybody has a new address")
                .containsExactly(SELF, node(7), node(8));
    }

    private Seeds seeds(String... seeds) {
        return new Seeds(List.of(seeds), 17355, this::lookUp, () -> nanos);
    }

    private List<String> lookUp(String name) throws UnknownHostException {
        List<String> found = records.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found;
    }

    private static NodeAddress node(int number) {
        return new NodeAddress("10.0.0." + number, 17355);
    }
}
