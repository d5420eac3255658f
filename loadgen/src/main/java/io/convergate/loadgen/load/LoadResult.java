package io.convergate.loadgen.load;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The figures of one load, whole or so far. Immutable. Its JSON form is what {@code --json} writes and reports read.
 *
 * @param name of the load
 * @param description the plan in words: rate, protocol, connections, threads
 * @param begun the wall-clock time of its first planned request
 * @param duration from there to its end, or to now
 * @param planned requests that the schedule asked for
 * @param started requests that were sent
 * @param outcomes how many ended how; outcomes that did not occur are missing
 * @param latency from the planned start; what a user saw
 * @param service from the actual start
 * @param lag how late the generator itself was: actual minus planned start
 * @param isHonest whether the generator kept its schedule: p99 of lag at most 1 ms and a tenth of latency's p99. If not,
 *     latency is not to be reported. A closed load has no schedule and is always honest
 * @param targets the same counts for each target
 * @param upstreams how many whole answers came from which upstream
 * @param intervals the run in equal pieces, in order
 * @param requests the same counts for each request of the set, by its name
 * @param statuses how many whole answers had which status
 * @param connectionsOpened how many connections were opened
 * @param connectionsFailed how many attempts to open one failed; another target may then have taken the request
 * @param retried how many requests were sent once more, if the plan asks for that
 * @param moved how many requests a server declined unprocessed (HTTP/2 GOAWAY, REFUSED_STREAM) and another connection took
 * @param bytesReceived bytes of bodies
 * @param samples the first few failures, in words
 */
public record LoadResult(
        String name,
        String description,
        Instant begun,
        Duration duration,
        long planned,
        long started,
        Map<Outcome, Long> outcomes,
        Percentiles latency,
        Percentiles service,
        Percentiles lag,
        boolean isHonest,
        Map<String, Map<Outcome, Long>> targets,
        Map<String, Long> upstreams,
        Map<String, Map<Outcome, Long>> requests,
        Map<Integer, Long> statuses,
        List<Interval> intervals,
        long connectionsOpened,
        long connectionsFailed,
        long retried,
        long moved,
        long bytesReceived,
        List<String> samples) {
    public LoadResult {
        outcomes = Map.copyOf(outcomes);
        targets = Map.copyOf(targets);
        upstreams = Map.copyOf(upstreams);
        requests = Map.copyOf(requests);
        statuses = Map.copyOf(statuses);
        intervals = List.copyOf(intervals);
        samples = List.copyOf(samples);
    }

    /** The same, with another description. */
    public LoadResult describedAs(String other) {
        return new LoadResult(
                name,
                other,
                begun,
                duration,
                planned,
                started,
                outcomes,
                latency,
                service,
                lag,
                isHonest,
                targets,
                upstreams,
                requests,
                statuses,
                intervals,
                connectionsOpened,
                connectionsFailed,
                retried,
                moved,
                bytesReceived,
                samples);
    }

    /** The same without a word about latency, which is not to be reported if the generator was late itself. Service times, from the actual start, stay. */
    public LoadResult withoutLatency() {
        return new LoadResult(
                name,
                description,
                begun,
                duration,
                planned,
                started,
                outcomes,
                Percentiles.NONE,
                service,
                lag,
                isHonest,
                targets,
                upstreams,
                requests,
                statuses,
                intervals.stream()
                        .map(interval -> new Interval(
                                interval.startMs(),
                                interval.lengthMs(),
                                interval.outcomes(),
                                Percentiles.NONE,
                                interval.service()))
                        .toList(),
                connectionsOpened,
                connectionsFailed,
                retried,
                moved,
                bytesReceived,
                samples);
    }

    /** How many requests ended that way. */
    public long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** How many requests have an outcome; what nobody asked for is none. */
    public long completed() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum() - count(Outcome.UNASKED);
    }

    /** How many requests did not end well, and how much came that nobody asked for. */
    public long failed() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum() - count(Outcome.OK);
    }

    /**
     * A piece of a run.
     *
     * @param startMs from the beginning of the run, in milliseconds
     * @param lengthMs its length, in milliseconds
     * @param outcomes of the requests that ended in it
     */
    public record Interval(
            long startMs, long lengthMs, Map<Outcome, Long> outcomes, Percentiles latency, Percentiles service) {
        public Interval {
            outcomes = Map.copyOf(outcomes);
        }
    }

    /**
     * A distribution of times, in microseconds; all 0 if {@code count} is.
     *
     * @param count how many values it is of
     */
    public record Percentiles(
            long count, double mean, double p50, double p75, double p90, double p99, double p999, double max) {
        /** Of nothing. */
        public static final Percentiles NONE = new Percentiles(0, 0, 0, 0, 0, 0, 0, 0);
    }
}
