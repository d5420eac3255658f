package io.convergate.node.main.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.admin.api.LimitVitals;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.NodeVitals;
import io.convergate.node.admin.api.RouteVitals;
import io.convergate.node.admin.api.VitalsReport;
import io.convergate.node.telemetry.Spread;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

class TopScreenTest {
    private static final long SECOND = 1_000_000_000L;

    private static RouteVitals route(String name, long good, long failed) {
        return new RouteVitals(
                "default/shop",
                name,
                Map.of("2xx", good, "5xx", failed),
                failed,
                new Spread(Map.of(40, good + failed)));
    }

    private static NodeVitals vitals(long second, long cpuNanos, List<LimitVitals> limits, RouteVitals... routes) {
        return new NodeVitals(
                "1",
                true,
                second * SECOND,
                cpuNanos,
                64 << 20,
                12,
                List.of(routes),
                0,
                Map.of(),
                Spread.NONE,
                Spread.NONE,
                limits,
                List.of());
    }

    private static VitalsReport.Answer answer(String node, NodeVitals vitals) {
        return new VitalsReport.Answer(
                new NodeProgress(node, node + ":17355", NodeProgress.State.SERVING, "a.1", ""), vitals, "");
    }

    private static VitalsReport.Answer silent(String node) {
        return new VitalsReport.Answer(
                new NodeProgress(node, node + ":17355", NodeProgress.State.UNREACHABLE, "a.1", ""),
                null,
                "no answer within 1000ms");
    }

    private static VitalsReport report(VitalsReport.Answer... answers) {
        return new VitalsReport("n1", "a.1", List.of(answers));
    }

    private static TopView view() {
        return TopView.between(
                report(
                        answer("n1", vitals(10, SECOND, List.of(), route("items", 100, 0))),
                        answer("n2", vitals(99, SECOND, List.of(), route("items", 50, 0)))),
                report(
                        answer(
                                "n1",
                                vitals(
                                        12,
                                        2 * SECOND,
                                        List.of(new LimitVitals("default/api", 20, 8)),
                                        route("items", 300, 0),
                                        route("cart", 30, 10))),
                        answer("n2", vitals(101, SECOND, List.of(), route("items", 150, 0))),
                        silent("n3")));
    }

    private static List<String> lines(TopView view, Shown shown, int width, int height) {
        return new TopScreen(Ansi.OFF).lines(view, shown, width, height, "");
    }

    @Test
    void ratesAreWhatHasComeBetweenTwoLooks() {
        TopView view = view();

        assertThat(view.seconds()).isEqualTo(2);
        assertThat(view.total().requests()).isEqualTo((200 + 100 + 40) / 2.0);
        assertThat(view.total().errorPercent()).isCloseTo(100 * 10.0 / 340, within(0.01));
        assertThat(view.nodes().get(0).traffic().requests()).isEqualTo(120);
        assertThat(view.nodes().get(0).cores()).isEqualTo(0.5);
        assertThat(view.nodes().get(1).traffic().requests()).isEqualTo(50);
        assertThat(view.limits()).containsExactly(new TopView.LimitRow("default/api", 10, 4));
        assertThat(view.serving()).isEqualTo(2);
    }

    @Test
    void nodeThatWasStartedAnewCountsFromNothing() {
        TopView view = TopView.between(
                report(answer("n1", vitals(500, 9 * SECOND, List.of(), route("items", 1_000, 0)))),
                report(answer("n1", vitals(501, SECOND, List.of(), route("items", 7, 0)))));

        assertThat(view.total().requests()).isZero();
    }

    @Test
    void nodeWithoutAnAnswerIsShownWithTheReason() {
        assertThat(lines(view(), Shown.DEFAULT, 120, 40))
                .anyMatch(line -> line.startsWith("n3") && line.contains("unreachable") && line.contains("no answer"));
    }

    @Test
    void openBreakersAndExhaustedLimitsStandOut() {
        NodeVitals open = new NodeVitals(
                "1",
                true,
                SECOND,
                0,
                0,
                0,
                List.of(),
                0,
                Map.of(),
                Spread.NONE,
                Spread.NONE,
                List.of(),
                List.of(new BreakerView("outbound|80||shop", "open", "60 % failed")));
        TopView view = TopView.between(report(answer("n1", open)), report(answer("n1", open)));

        assertThat(lines(view, Shown.DEFAULT, 120, 40)).contains("breaker open  outbound|80||shop on n1  60 % failed");
        assertThat(lines(view(), Shown.DEFAULT, 120, 40))
                .anyMatch(line -> line.startsWith("limit exhausted  default/api  4.0/s refused"));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 72, 80, 100, 133, 250})
    void noLineIsWiderThanTheTerminalAndNoPageHigher(int width) {
        RouteVitals[] many = IntStream.range(0, 50)
                .mapToObj(i -> route("a-route-with-a-rather-long-name-" + i, 1_234_567L * i, i))
                .toArray(RouteVitals[]::new);
        LimitVitals before = new LimitVitals("default/a-policy-with-a-rather-long-name", 0, 0);
        LimitVitals after = new LimitVitals(before.policy(), 9_999_999, 9_999_999);
        TopView seen = TopView.between(
                report(answer("a-node-with-a-long-name-0001", vitals(1, 0, List.of(before)))),
                report(answer("a-node-with-a-long-name-0001", vitals(2, SECOND, List.of(after), many)), silent("n2")));
        TopView view = new TopView(
                seen.node(),
                "0123456789abcdef.123,fedcba9876543210.456",
                seen.seconds(),
                seen.total(),
                seen.serving(),
                1_234,
                seen.nodes(),
                seen.routes(),
                seen.routesLeftOut(),
                seen.limits(),
                seen.breakers());

        List<String> lines = lines(view, Shown.DEFAULT, width, 24);

        assertThat(lines).allMatch(line -> line.length() <= width);
        assertThat(lines).anyMatch(line -> line.startsWith("limit exhausted"));
        assertThat(lines.get(0)).contains("1 of 2 nodes serving");
        assertThat(lines.get(0)).matches(width < 100 ? ".*" : ".*  revision 0\\S+(…\\S*)?6  changes live in 1,234 ms");
        assertThat(lines.get(1)).contains(" req/s").contains("errors ");
        assertThat(lines).hasSizeLessThan(24);
        assertThat(lines.get(lines.size() - 1)).matches("\\.\\.\\. and \\d+ more");
    }

    @Test
    void whereThereIsNoRoomTheLeastImportantGoesFirst() {
        assertThat(lines(view(), Shown.DEFAULT, 80, 40).get(3))
                .contains("STATE", "REQ/S", "P99", "ERR %", "CONNS", "CPU")
                .doesNotContain("HEAP", "LOOP");
        assertThat(lines(view(), Shown.DEFAULT, 60, 40).get(3))
                .contains("STATE", "REQ/S", "P99", "ERR %")
                .doesNotContain("CPU", "P90");
    }

    @Test
    void columnsOfTheEnvironmentCountMoreThanTheTerminal() {
        assertThat(Terminal.width("72", 120)).isEqualTo(72);
    }

    @Test
    void routesAreSortedFilteredAndTurnedRound() {
        TopView view = view();

        assertThat(Shown.DEFAULT.routes(view))
                .extracting(TopView.RouteRow::route)
                .containsExactly("items", "cart");
        assertThat(Shown.of("errors", "").routes(view))
                .extracting(TopView.RouteRow::route)
                .containsExactly("cart", "items");
        assertThat(Shown.of("-name", "").routes(view))
                .extracting(TopView.RouteRow::route)
                .containsExactly("items", "cart");
        assertThat(Shown.of("name", "CART").routes(view))
                .extracting(TopView.RouteRow::route)
                .containsExactly("cart");
        assertThatThrownBy(() -> Shown.of("latency", "")).hasMessageContaining("(expected: name, req/s, p50");
    }

    @Test
    void figuresHaveNoMoreDigitsThanMeanSomething() {
        assertThat(List.of(Figures.rate(0), Figures.rate(0.01), Figures.rate(3.14159), Figures.rate(12345.6)))
                .containsExactly("0", "<0.1", "3.1", "12,346");
        assertThat(List.of(Figures.millis(0), Figures.millis(0.123), Figures.millis(4.56), Figures.millis(1234)))
                .containsExactly("-", "0.12", "4.6", "1,234");
        assertThat(List.of(Figures.percent(0), Figures.percent(0.001), Figures.percent(1.234), Figures.percent(100)))
                .containsExactly("0", "<0.01", "1.23", "100");
        assertThat(Figures.curve(new double[] {0, 1, 2, 4})).isEqualTo("▁▃▅█");
        assertThat(Figures.cut("abcdefghij", 7)).isEqualTo("abc…hij");
    }
}
