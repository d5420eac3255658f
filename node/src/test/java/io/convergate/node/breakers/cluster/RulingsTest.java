package io.convergate.node.breakers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.FailureKinds;
import io.convergate.routing.breaker.Fallback;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.Ruling;
import io.convergate.routing.breaker.WindowSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a node keeps of what owners have decided. */
class RulingsTest {
    private static final BreakerSettings SHARED = new BreakerSettings(
            50,
            BreakerSettings.NEVER,
            Optional.empty(),
            new WindowSize.Calls(10),
            10,
            new OpenTime(Duration.ofSeconds(10), 1, Duration.ofSeconds(10), 0),
            1,
            FailureKinds.defaults(),
            BreakerSettings.Scope.CLUSTER,
            2);

    private static Telemetry telemetry;

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    }

    @AfterAll
    static void stop() {
        telemetry.close();
    }

    /** It went through all decisions for each breaker, ten times a second: 10,000 of each are too many for that. */
    @Test
    void allBreakersAreRemindedInOnePassOverWhatIsDecided() {
        NodeBreakers breakers = new NodeBreakers(telemetry);
        AtomicInteger looks = new AtomicInteger();
        Rulings rulings = new Rulings(() -> {
            looks.incrementAndGet();
            return 0;
        });
        CircuitBreaking policy =
                new CircuitBreaking("default/p", "", Optional.of(SHARED), Optional.empty(), Fallback.REFUSE);
        Ruling open = new Ruling(1, BreakerState.OPEN, TimeUnit.HOURS.toNanos(1), 1, "");
        List<NodeBreaker> late = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String upstream = "outbound|80||" + i;
            String id = new NodeBreakers(telemetry)
                    .breaker(upstream, policy, SHARED)
                    .id();
            rulings.decided(id, open, breakers, "self");
            late.add(breakers.breaker(upstream, policy, SHARED));
        }
        looks.set(0);
        rulings.remind(breakers, "self");
        assertThat(looks).as("times that it looked at what is decided").hasValueLessThan(5);
        assertThat(late).allMatch(NodeBreaker::isOpen);
    }
}
