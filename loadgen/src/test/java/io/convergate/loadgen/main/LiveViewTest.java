package io.convergate.loadgen.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.report.Samples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private static final LoadResult SO_FAR =
            Samples.run("shown", 1, 20, 3).loads().get(0);

    private final StringWriter written = new StringWriter();

    private LiveView view(boolean isLive) {
        return new LiveView(new PrintWriter(written), isLive, Duration.ofSeconds(60));
    }

    @Test
    void onATerminalEachDrawingTakesTheLastOneAwayAndNoLineWraps() {
        LiveView view = view(true);
        view.show(SO_FAR);
        int lines = (int) written.toString().lines().count();
        String first = written.toString();
        view.show(SO_FAR);

        assertThat(first.lines()).allMatch(line -> line.startsWith("\033[?7l") && line.endsWith("\033[?7h"));
        assertThat(written.toString().substring(first.length())).startsWith("\033[" + lines + "A\033[J");
    }

    @Test
    void whoIsLateShowsNoLatencyMeanwhile() {
        view(false).show(Samples.late(SO_FAR));

        assertThat(written.toString())
                .contains("/s  no latency: loadgen is late itself, p99 ")
                .doesNotContain("p50");
    }

    @Test
    void elsewhereItIsOnePlainLineEachTime() {
        view(false).show(SO_FAR);

        assertThat(written.toString()).doesNotContain("\033").hasLineCount(1).contains("/s  p50 ");
    }
}
