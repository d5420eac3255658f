package io.convergate.loadgen.report;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Interval;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.verify.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Made-up runs: what no run on this machine gave, but a report must be able to show. */
public final class Samples {
    static final Instant BEGUN = Instant.parse("2026-11-26T10:00:00Z");

    private Samples() {}

    /** The same load, from a generator that was late itself. */
    public static LoadResult late(LoadResult load) {
        return new LoadResult(
                load.name(),
                load.description(),
                load.begun(),
                load.duration(),
                load.planned(),
                load.started(),
                load.outcomes(),
                load.latency(),
                load.service(),
                new Percentiles(load.completed(), 900, 700, 900, 1_100, 1_500, 2_000, 3_000),
                false,
                load.targets(),
                load.upstreams(),
                load.requests(),
                load.statuses(),
                load.intervals(),
                load.connectionsOpened(),
                load.connectionsFailed(),
                load.retried(),
                load.moved(),
                load.bytesReceived(),
                load.samples());
    }

    /** A run of so many quarters of a second, with a fault in its middle. */
    public static RunReport run(String name, long seed, int quarters, int failures) {
        Random random = new Random(seed);
        List<Interval> intervals = new ArrayList<>();
        long right = 0;
        int middle = quarters / 2;
        for (int i = 0; i < quarters; i++) {
            boolean isFaulty = i >= middle && i < middle + 6;
            double base = 400 + random.nextInt(200) + (isFaulty ? 2_000 * random.nextDouble() : 0);
            long count = 200 + random.nextInt(20) - (isFaulty ? 40 : 0);
            right += count;
            Map<Outcome, Long> outcomes = new TreeMap<>(Map.of(Outcome.OK, count));
            if (i == middle && failures > 0) {
                outcomes.put(Outcome.RESET, (long) failures);
            }
            Percentiles times = new Percentiles(
                    count, base, base, base * 1.3, base * 1.9, base * 4, base * 7, base * (8 + random.nextInt(20)));
            intervals.add(new Interval(i * 250L, 250, outcomes, times, times));
        }
        Percentiles total = new Percentiles(right, 520, 480, 690, 1_100, 4_200, 17_000, 48_000);
        Map<Outcome, Long> outcomes = new TreeMap<>(Map.of(Outcome.OK, right));
        if (failures > 0) {
            outcomes.put(Outcome.RESET, (long) failures);
        }
        LoadResult load = new LoadResult(
                "readers",
                "800/s, HTTP/1.1, 24 connections, 2 threads.",
                BEGUN,
                Duration.ofMillis(quarters * 250L),
                right + failures,
                right + failures,
                outcomes,
                total,
                total,
                new Percentiles(right, 20, 15, 30, 60, 180, 400, 900),
                true,
                Map.of(
                        "127.0.0.1:10080", Map.of(Outcome.OK, right / 3),
                        "127.0.0.2:10080", outcomes,
                        "127.0.0.3:10080", Map.of(Outcome.OK, right / 3)),
                Map.of("shop-v1", right * 9 / 10, "shop-v2", right / 10),
                Map.of("GET /shop/{{random 1..9}}", outcomes),
                Map.of(200, right),
                intervals,
                26,
                failures,
                0,
                0,
                right * 120,
                failures == 0 ? List.of() : List.of("GET /shop/1 to 127.0.0.2:10080: reset after 3 ms"));
        long end = quarters * 250L;
        return new RunReport(
                name,
                "A node is killed, </script> and all (" + name + ")",
                "Whoever was being answered by the node that is killed loses that answer, and nobody else loses any: clients that know"
                        + " the other nodes' addresses move on at once. The configuration is not touched by it, and the node"
                        + " comes back with all of it.",
                BEGUN,
                Duration.ofMillis(end),
                List.of(
                        Finding.of(
                                failures <= 20,
                                "at most 20 requests fail, all within 1 s of the kill",
                                failures + " failed",
                                failures == 0 ? List.of() : List.of("12.250 s reset 127.0.0.2:10080 GET /shop/1")),
                        Finding.held(
                                "no wrong answer, ever",
                                "0 of " + Words.count(right) + " answers were wrong",
                                List.of()),
                        Finding.notJudged("p99 under 5 ms", "loadgen was late itself")),
                List.of(load),
                List.of(
                        new RunReport.Band(middle * 250L, middle * 250L, "kill", "n2", "SIGKILL"),
                        new RunReport.Band(middle * 250L, middle * 250L + 1_500, "down", "n2", ""),
                        new RunReport.Band(end - 2_000, end, "partition", "n1 | n2 n3", "both ways")),
                List.of(
                        new RunReport.Band(0, middle * 250L, "steady", "", ""),
                        new RunReport.Band(middle * 250L, end - 1_000, "faults", "", ""),
                        new RunReport.Band(end - 1_000, end, "healing", "", "")),
                List.of(
                        new RunReport.Change(1_000, 12, "n1", "acknowledged", "virtualservice/default/shop"),
                        new RunReport.Change(
                                middle * 250L + 100, 2_000, "n2", "refused", "virtualservice/default/shop")),
                Long.toString(seed),
                "./convergate gameday --scenario " + name + " --seed " + seed,
                Environment.here());
    }
}
