package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.Set;
import kamon.Kamon;
import kamon.Kamon$;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.metric.PeriodSnapshot;
import kamon.tag.TagSet;
import org.junit.jupiter.api.Test;

/** What Kamon's ticks bring, beside what scrapes find. */
class ScrapesTest {
    private static final TagSet TAGS = TagSet.of("upstream", "scrapes-test");

    private final Scrapes scrapes = new Scrapes(ConfigFactory.load(), () -> {});

    @Test
    void whatIsForgottenDoesNotComeBackWithATickThatComesLate() {
        Gauge gauge = Kamon.gauge("scrapes.test.gauge").withTags(TAGS);
        Counter counter = Kamon.counter("scrapes.test.counter").withTags(TAGS);
        gauge.update(2);
        counter.increment(3);
        PeriodSnapshot late = Kamon$.MODULE$.registry().snapshot(false);
        assertThat(scrapes.text()).contains("scrapes_test_gauge", "scrapes_test_counter");
        gauge.remove();
        counter.remove();
        scrapes.forgetGauges("scrapes.test.gauge", Set.of(TAGS));
        scrapes.forget((metric, tags) -> metric.equals("scrapes.test.counter"));

        scrapes.reportPeriodSnapshot(late);
        assertThat(scrapes.text()).doesNotContain("scrapes_test");
    }
}
