package io.convergate.node.edge;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What keeping requests in mind costs: processor time of the event loops for a request that the gateway answers itself, with
 * {@code --sample-requests} 1,000 and 0, in turns in one JVM. Prints the median of the ratios of the rounds. Run it alone on a
 * machine; a minute.
 */
final class SamplingCost {
    private static final String GET = "GET /a/path?with=query HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: x\r\n"
            + "Accept: */*\r\nX-User: me\r\n\r\n";
    private static final int WARM_UP = 60_000;
    private static final int REQUESTS = 20_000;
    private static final int ROUNDS = 11;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SamplingCost() {}

    /** An edge, a connection to it, and the threads it runs on. */
    private record Measured(RawClient client, Set<Long> loops) {
        static Measured start(int sampled) throws IOException {
            Set<Long> before = loopsOfAll();
            ConfiguredEdge edge = ConfiguredEdge.with(settings -> settings.withSampledRequests(sampled), Map.of());
            edge.beforeAll(null);
            edge.serve(
                    ConfiguredEdge.route("match: [{headers: {x-user: {exact: me}}}]\ndirectResponse: {status: 204}"));
            RawClient client = edge.connect();
            client.exchange(GET);
            Set<Long> loops = loopsOfAll();
            loops.removeAll(before);
            return new Measured(client, loops);
        }

        /** Nanoseconds of processor time for one request. */
        double run(int requests) throws IOException {
            long before = cpu();
            for (int i = 0; i < requests; i++) {
                client.exchange(GET);
            }
            return (double) (cpu() - before) / requests;
        }

        private long cpu() {
            return loops.stream().mapToLong(THREADS::getThreadCpuTime).sum();
        }
    }

    private static Set<Long> loopsOfAll() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("edge-loop"))
                .map(thread -> thread.getThreadId())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Measures. */
    public static void main(String[] arguments) throws IOException {
        Measured off = Measured.start(0);
        Measured on = Measured.start(1_000);
        off.run(WARM_UP);
        on.run(WARM_UP);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            double without = off.run(REQUESTS);
            double with = on.run(REQUESTS);
            ratios.add(with / without);
            System.out.printf("%.0f ns without, %.0f ns with: %.3f%n", without, with, with / without);
        }
        ratios.sort(null);
        System.out.printf("median of the ratios: %.3f%n", ratios.get(ROUNDS / 2));
        System.exit(0);
    }
}
