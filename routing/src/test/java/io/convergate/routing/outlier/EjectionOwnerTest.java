package io.convergate.routing.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EjectionOwnerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final EjectionOwner owner = new EjectionOwner();
    private long now;

    private void says(String node, int endpoints, int maxPercent, String ejected) {
        Map<String, Long> times = new HashMap<>();
        for (String endpoint :
                ejected.isBlank() ? new String[0] : ejected.strip().split(" ")) {
            times.put(endpoint, 30 * SECOND);
        }
        owner.reported(new EjectionOwner.Report(node, endpoints, maxPercent, times), now);
    }

    @ParameterizedTest(name = "{0} nodes, {1} endpoints, at most {2} %: {3} | {4} | {5} makes {6}")
    @CsvSource({
        "3, 10, 50, 1, 1, '', 1",
        "3, 10, 50, 1, '', '', ''",
        "3, 10, 50, 1, 2, 3, ''",
        "3, 10, 50, 1 2, 2 3, 3 1, 1 2 3",
        // One may always be out; of several the one that more agree on.
        "3, 10, 10, 1 2, 1 2, 2, 2",
        "3, 2, 10, 1, 1, 1, 1",
        "3, 10, 0, 1, 1, 1, ''",
        "1, 10, 50, 1, '', '', 1",
        "2, 10, 50, 1, '', '', ''",
        "2, 10, 50, 1, 1, '', 1",
    })
    void majorityDecidesWithinTheShareOfAll(
            int nodes, int endpoints, int maxPercent, String a, String b, String c, String expected) {
        List<String> said = List.of(a, b, c);
        Set<String> present = new TreeSet<>();
        for (int i = 0; i < nodes; i++) {
            present.add("node" + i);
            says("node" + i, endpoints, maxPercent, said.get(i));
        }
        Set<String> wanted = expected.isEmpty() ? Set.of() : Set.of(expected.split(" "));
        assertThat(owner.decided(present, now).keySet()).isEqualTo(wanted);
    }

    @Test
    void timeGoesOnAndSilenceIsForgotten() {
        Set<String> present = new TreeSet<>(Set.of("a", "b"));
        says("a", 10, 50, "1");
        now += SECOND;
        says("b", 10, 50, "1");
        assertThat(owner.decided(present, now)).containsEntry("1", 30 * SECOND);
        now += 2 * SECOND;
        assertThat(owner.decided(present, now)).containsEntry("1", 28 * SECOND);
        now += 1;
        assertThat(owner.decided(present, now)).isEmpty();
        now += SECOND;
        assertThat(owner.isForgettable(now)).isTrue();
    }

    @Test
    void nodeThatLeavesHasNoVote() {
        says("a", 10, 50, "1");
        says("b", 10, 50, "1");
        assertThat(owner.decided(new TreeSet<>(Set.of("b", "c")), now)).isEmpty();
    }
}
