package io.convergate.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitForTest {
    @ParameterizedTest
    @CsvSource({
        "'',       0, 3, 3, true",
        "all,      3, 3, 3, true",
        "all,      2, 3, 3, false",
        "all,      2, 2, 3, true", // the third was removed from the cluster
        "majority, 2, 3, 3, true",
        "majority, 1, 1, 3, false",
        "majority, 2, 4, 4, false",
        "2,        2, 3, 3, true",
        "4,        3, 3, 3, false"
    })
    void aGoalIsMetByEnoughServingNodes(String goal, int serving, int present, int members, boolean met) {
        WaitFor waitFor = WaitFor.parse(Optional.of(goal), Duration.ofSeconds(1));

        assertThat(waitFor.isMet(serving, present, members)).isEqualTo(met);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "0", "-1", "99999", "ALL"})
    void anythingElseIsRefused(String goal) {
        assertThatThrownBy(() -> WaitFor.parse(Optional.of(goal), Duration.ofSeconds(1)))
                .hasMessage("wait '" + goal + "' (expected: all, majority or a number)");
    }
}
