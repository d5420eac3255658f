package io.convergate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.balance.GroupShares.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupSharesTest {
    /** Groups as {@code priority*weight:healthy/total}. */
    private static List<Standing> groups(String text) {
        List<Standing> groups = new ArrayList<>();
        for (String group : text.split(" ")) {
            String[] parts = group.split("[*:/]");
            groups.add(new Standing(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3])));
        }
        return groups;
    }

    /** Envoy's own tables (arch overview, priority levels), and the cases at their edges. */
    @ParameterizedTest(name = "{0}, panic {1} %: {2}")
    @CsvSource({
        "0*1:10/10, 0, 100.0",
        "0*1:1/10, 0, 100.0",
        "0*1:0/10, 0, 0.0",
        "0*1:10/10 1*1:10/10, 0, 100.0 0.0",
        "0*1:72/100 1*1:100/100, 0, 100.0 0.0",
        "0*1:71/100 1*1:100/100, 0, 99.0 1.0",
        "0*1:50/100 1*1:100/100, 0, 70.0 30.0",
        "0*1:25/100 1*1:100/100, 0, 35.0 65.0",
        "0*1:0/100 1*1:100/100, 0, 0.0 100.0",
        "0*1:25/100 1*1:25/100, 0, 50.0 50.0",
        "0*1:20/100 1*1:20/100 2*1:100/100, 0, 28.0 28.0 44.0",
        "0*1:0/100 1*1:0/100, 0, 0.0 0.0",
        "0*1:0/100 1*1:0/300, 50, 25.0 75.0",
        "0*1:5/100 1*1:0/100, 50, 50.0 50.0",
        "0*1:0/0 1*1:4/4, 0, 0.0 100.0",
        "0*80:4/4 0*20:4/4, 0, 80.0 20.0",
        "0*80:2/4 0*20:4/4, 0, 73.7 26.3",
        "0*80:0/4 0*20:4/4, 0, 0.0 100.0",
        "0*50:3/4 0*50:4/4, 0, 50.0 50.0",
        "0*1:0/4 1*1:2/2 1*3:2/2, 0, 0.0 25.0 75.0",
    })
    void sharesFollowHealth(String groups, int panicPercent, String expected) {
        List<Standing> standings = groups(groups);
        GroupShares shares = GroupShares.of(standings, panicPercent);

        assertThat(IntStream.range(0, standings.size())
                        .mapToObj(group -> String.valueOf(Math.round(1000 * shares.share(group)) / 10.0))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
        int points = 0;
        for (int point = 0; point < GroupShares.POINTS; point += 997) {
            int picked = shares.pick(point);
            points++;
            if (picked >= 0) {
                assertThat(shares.share(picked)).isPositive();
            } else {
                assertThat(expected.replaceAll("0\\.0|\\s", "")).isEmpty();
            }
        }
        assertThat(points).isPositive();
    }

    @ParameterizedTest(name = "{0}, panic {1} %: {2}")
    @CsvSource({
        "0*1:1/4, 0, false",
        "0*1:1/4, 50, true",
        "0*1:2/4, 50, false",
        // Envoy: while the priorities together can take everything nobody panics.
        "0*1:3/4, 90, false",
        "0*1:1/4 1*1:4/4, 50, false false",
        "0*1:1/4 1*1:1/2, 50, false false",
        "0*1:1/4 1*1:1/4, 50, true true",
        "0*1:1/4 1*1:2/4, 40, false false",
        "0*1:0/4 1*1:2/4, 40, true false",
    })
    void tooFewHealthyEndpointsBringBackTheOthers(String groups, int panicPercent, String expected) {
        List<Standing> standings = groups(groups);
        GroupShares shares = GroupShares.of(standings, panicPercent);

        assertThat(IntStream.range(0, standings.size())
                        .mapToObj(group -> String.valueOf(shares.everybody(group)))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }
}
