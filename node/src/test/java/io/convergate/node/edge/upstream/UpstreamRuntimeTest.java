package io.convergate.node.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.telemetry.DestinationRecorder;
import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.PoolSettings;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpstreamRuntimeTest {
    private static final int LOOPS = 3;

    private record Loop(int index) implements EdgeLoop {
        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("no timer");
        }
    }

    private static UpstreamRuntime runtime(LoadBalancing policy) {
        UpstreamInfo info = new UpstreamInfo(
                "outbound|80||a",
                "a",
                80,
                Optional.empty(),
                Resolution.STATIC,
                List.of(),
                policy,
                Optional.empty(),
                PoolSettings.DEFAULTS,
                Optional.empty());
        return new UpstreamRuntime(info, DestinationRecorder.of(Map.of(), info), LOOPS, null, null);
    }

    private static Endpoint endpoint(int number) {
        return new Endpoint(new InetSocketAddress("127.0.0.1", 9_000 + number), LOOPS, PoolSettings.DEFAULTS, null);
    }

    private static List<Endpoint> endpoints(int count) {
        List<Endpoint> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(endpoint(i));
        }
        return list;
    }

    @ParameterizedTest
    @EnumSource
    void withoutEndpointsThereIsNothingToPick(LoadBalancing policy) {
        UpstreamRuntime runtime = runtime(policy);
        assertThat(runtime.pick(new Loop(0), List.of())).isNull();

        runtime.endpoints(endpoints(1), new int[] {1});
        assertThat(runtime.pick(new Loop(0), List.of())).isNotNull();
        runtime.endpoints(List.of(), new int[0]);
        assertThat(runtime.pick(new Loop(0), List.of())).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void newEndpointsAreSeenAtTheNextPickOfEveryLoop(LoadBalancing policy) {
        UpstreamRuntime runtime = runtime(policy);
        runtime.endpoints(endpoints(2), new int[] {1, 1});
        for (int loop = 0; loop < LOOPS; loop++) {
            assertThat(runtime.pick(new Loop(loop), List.of())).isNotNull();
        }
        List<Endpoint> others = endpoints(3);
        runtime.endpoints(others, new int[] {1, 2, 3});

        for (int loop = 0; loop < LOOPS; loop++) {
            Set<Endpoint> picked = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                picked.add(runtime.pick(new Loop(loop), List.of()));
            }
            assertThat(picked).containsExactlyInAnyOrderElementsOf(others);
        }
    }

    @Test
    void loopsTakeTurnsOfTheirOwn() {
        UpstreamRuntime runtime = runtime(LoadBalancing.ROUND_ROBIN);
        runtime.endpoints(endpoints(4), new int[] {1, 1, 1, 1});

        for (int loop = 0; loop < LOOPS; loop++) {
            Set<Endpoint> picked = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                picked.add(runtime.pick(new Loop(loop), List.of()));
            }
            assertThat(picked).hasSize(4);
        }
    }

    @Test
    void endpointThatJustFailedIsAvoidedIfThereIsAnother() {
        UpstreamRuntime runtime = runtime(LoadBalancing.ROUND_ROBIN);
        List<Endpoint> two = endpoints(2);
        runtime.endpoints(two, new int[] {1, 1});
        for (int i = 0; i < 100; i++) {
            assertThat(runtime.pick(new Loop(0), List.of(two.get(0)))).isSameAs(two.get(1));
        }

        runtime.endpoints(two.subList(0, 1), new int[] {1});
        assertThat(runtime.pick(new Loop(0), List.of(two.get(0)))).isSameAs(two.get(0));
    }

    @Test
    void busyEndpointIsLeftAlone() {
        UpstreamRuntime runtime = runtime(LoadBalancing.LEAST_REQUEST);
        List<Endpoint> list = endpoints(2);
        Loop loop = new Loop(0);
        runtime.endpoints(list, new int[] {1, 1});
        for (int i = 0; i < 100; i++) {
            list.get(0).pool(loop).begun();
        }
        int toTheBusy = 0;
        for (int i = 0; i < 1_000; i++) {
            toTheBusy += runtime.pick(loop, List.of()) == list.get(0) ? 1 : 0;
        }
        // Only when both draws are the busy one: a quarter.
        assertThat(toTheBusy).isBetween(100, 400);
        assertThat(list.get(0).active(new Loop(1))).isZero();
    }

    @Test
    void endpointsMayChangeWhileLoopsPick() throws InterruptedException {
        UpstreamRuntime runtime = runtime(LoadBalancing.LEAST_REQUEST);
        AtomicBoolean over = new AtomicBoolean();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < LOOPS; loop++) {
            Loop own = new Loop(loop);
            Thread thread = new Thread(() -> {
                while (!over.get()) {
                    runtime.pick(own, List.of());
                }
            });
            thread.setUncaughtExceptionHandler((who, failure) -> failures.add(failure));
            thread.start();
            threads.add(thread);
        }
        for (int i = 0; i < 20_000; i++) {
            int count = i % 5;
            int[] weights = new int[count];
            java.util.Arrays.fill(weights, 1 + i % 3);
            runtime.endpoints(endpoints(count), weights);
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
