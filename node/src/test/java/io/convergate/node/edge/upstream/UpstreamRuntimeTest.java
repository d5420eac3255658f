package io.convergate.node.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.telemetry.DestinationRecorder;
import io.convergate.routing.balance.SlowStart;
import io.convergate.routing.upstream.EndpointGroup;
import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.PoolSettings;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
        return runtime(policy, List.of(), Optional.empty(), UpstreamMemory.NONE);
    }

    private static UpstreamRuntime runtime(
            LoadBalancing policy, List<EndpointGroup> groups, Optional<SlowStart> slowly, UpstreamMemory memory) {
        UpstreamInfo info = new UpstreamInfo(
                "outbound|80||a",
                "a",
                80,
                Optional.empty(),
                Resolution.STATIC,
                groups,
                policy,
                Optional.empty(),
                PoolSettings.DEFAULTS,
                slowly,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new UpstreamRuntime(info, DestinationRecorder.of(Map.of(), info), LOOPS, memory);
    }

    private static void assign(UpstreamRuntime runtime, List<Endpoint> endpoints, int[] weights) {
        runtime.endpoints(endpoints, weights, new int[weights.length]);
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

        assign(runtime, endpoints(1), new int[] {1});
        assertThat(runtime.pick(new Loop(0), List.of())).isNotNull();
        assign(runtime, List.of(), new int[0]);
        assertThat(runtime.pick(new Loop(0), List.of())).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void newEndpointsAreSeenAtTheNextPickOfEveryLoop(LoadBalancing policy) {
        UpstreamRuntime runtime = runtime(policy);
        assign(runtime, endpoints(2), new int[] {1, 1});
        for (int loop = 0; loop < LOOPS; loop++) {
            assertThat(runtime.pick(new Loop(loop), List.of())).isNotNull();
        }
        List<Endpoint> others = endpoints(3);
        assign(runtime, others, new int[] {1, 2, 3});

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
        assign(runtime, endpoints(4), new int[] {1, 1, 1, 1});

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
        assign(runtime, two, new int[] {1, 1});
        for (int i = 0; i < 100; i++) {
            assertThat(runtime.pick(new Loop(0), List.of(two.get(0)))).isSameAs(two.get(1));
        }

        assign(runtime, two.subList(0, 1), new int[] {1});
        assertThat(runtime.pick(new Loop(0), List.of(two.get(0)))).isSameAs(two.get(0));
    }

    @Test
    void busyEndpointIsLeftAlone() {
        UpstreamRuntime runtime = runtime(LoadBalancing.LEAST_REQUEST);
        List<Endpoint> list = endpoints(2);
        Loop loop = new Loop(0);
        assign(runtime, list, new int[] {1, 1});
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

    private static final long SECOND = 1_000_000_000L;

    private static UpstreamRuntime runtime(LoadBalancing policy, List<EndpointGroup> groups, AtomicLong now) {
        SlowStart slowly = new SlowStart(Duration.ofSeconds(10), 0.1, 1);
        return runtime(
                policy,
                groups,
                Optional.of(slowly),
                new UpstreamMemory(null, null, null, new Arrivals(now::get), null, null));
    }

    private static double share(UpstreamRuntime runtime, Endpoint endpoint) {
        int picked = 0;
        for (int i = 0; i < 10_000; i++) {
            picked += runtime.pick(new Loop(0), List.of()) == endpoint ? 1 : 0;
        }
        return picked / 10_000.0;
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_REQUEST"})
    void endpointThatHasComeGetsItsShareSlowly(LoadBalancing policy) {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);
        UpstreamRuntime runtime = runtime(policy, List.of(), now);
        List<Endpoint> two = endpoints(2);
        assign(runtime, two.subList(0, 1), new int[] {1});
        now.addAndGet(20 * SECOND);
        assign(runtime, two, new int[] {1, 1});
        assertThat(share(runtime, two.get(1))).isBetween(0.05, 0.14); // a tenth of its weight
        now.addAndGet(5 * SECOND);
        assertThat(share(runtime, two.get(1))).isBetween(0.27, 0.40); // half of it
        now.addAndGet(5 * SECOND);
        assertThat(share(runtime, two.get(1))).isBetween(0.45, 0.55);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_REQUEST"})
    void endpointsThatHaveAllJustComeShareEvenly(LoadBalancing policy) {
        UpstreamRuntime runtime = runtime(policy, List.of(), new AtomicLong());
        List<Endpoint> two = endpoints(2);
        assign(runtime, two, new int[] {1, 1});
        assertThat(share(runtime, two.get(1))).isBetween(0.45, 0.55);
    }

    @Test
    void prioritiesAreLeftOnceTheyWereTriedTwice() {
        List<EndpointGroup> groups = List.of(
                new EndpointGroup("near", 0, 1, List.of()),
                new EndpointGroup("farther", 1, 1, List.of()),
                new EndpointGroup("farthest", 2, 1, List.of()));
        UpstreamRuntime runtime = runtime(LoadBalancing.RANDOM, groups, new AtomicLong());
        List<Endpoint> list = endpoints(4);
        runtime.endpoints(list, new int[] {1, 1, 1, 1}, new int[] {0, 0, 1, 2});
        Endpoint near = list.get(0);
        Loop loop = new Loop(0);
        for (int i = 0; i < 50; i++) {
            assertThat(runtime.pick(loop, List.of())).isIn(near, list.get(1));
            assertThat(runtime.pickElsewhere(loop, List.of(near), List.of())).isIn(near, list.get(1));
            assertThat(runtime.pickElsewhere(loop, List.of(near, near), List.of()))
                    .isSameAs(list.get(2));
            assertThat(runtime.pickElsewhere(loop, List.of(near, near, list.get(2)), List.of()))
                    .isSameAs(list.get(3));
            assertThat(runtime.pickElsewhere(loop, list, List.of())).isIn(near, list.get(1));
        }
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
            assign(runtime, endpoints(count), weights);
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
