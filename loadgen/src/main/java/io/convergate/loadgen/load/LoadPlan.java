package io.convergate.loadgen.load;

import io.convergate.loadgen.request.RequestSet;
import java.util.List;

/**
 * What a load is to do. Immutable; made from {@link #of} and changed by its {@code with} methods.
 *
 * @param name of the load
 * @param targets where to: each connection takes one in turn, and the next when it is refused, reset or times out
 * @param connections how many at most, over all threads; at least one a thread
 * @param threads event loops, each with its own connections and its own part of the schedule
 * @param check judges the answers
 * @param fields of an answer that the check looks at
 * @param requestsMax ends the load after that many requests
 * @param queueMax how many requests may wait for a connection, over all threads; more are {@link Outcome#UNSENT}
 * @param seed of everything random
 * @param retries what is sent again
 * @param isTraced whether every request carries a header {@code x-request-id} that the exchange tells
 */
public record LoadPlan(
        String name,
        List<Target> targets,
        Profile profile,
        Wire wire,
        int connections,
        int threads,
        RequestSet requests,
        AnswerCheck check,
        AnswerFields fields,
        Deadlines deadlines,
        long requestsMax,
        int queueMax,
        long seed,
        Retries retries,
        boolean isTraced) {
    /** What is sent again after it failed. */
    public enum Retries {
        /** Nothing: what failed is a failure. */
        NONE,
        /**
         * What a browser does: a request that may be sent twice, once more on a fresh connection, if its connection ended before a
         * byte of the answer. Counted apart.
         */
        SAFE
    }

    public LoadPlan {
        targets = List.copyOf(targets);
        require(!name.isBlank(), "name", name, "not blank");
        require(!targets.isEmpty(), "targets", targets, "at least one");
        require(threads >= 1 && threads <= 256, "threads", threads, "1 to 256");
        require(
                connections >= threads && connections <= 1_000_000,
                "connections",
                connections,
                "one a thread to 1000000");
        require(requestsMax >= 1, "requestsMax", requestsMax, "at least 1");
        require(queueMax >= 1 && queueMax <= 10_000_000, "queueMax", queueMax, "1 to 10000000");
    }

    /** A load with 10 connections of HTTP/1.1 in the clear on one thread, without retries or traces, and with the default deadlines. */
    public static LoadPlan of(
            String name, List<Target> targets, Profile profile, RequestSet requests, AnswerCheck check) {
        return new LoadPlan(
                name,
                targets,
                profile,
                Wire.http1(),
                10,
                1,
                requests,
                check,
                AnswerFields.DEFAULT,
                Deadlines.DEFAULT,
                Long.MAX_VALUE,
                100_000,
                1,
                Retries.NONE,
                false);
    }

    /** The same, with that wire. */
    public LoadPlan withWire(Wire other) {
        return copy(other, connections, threads, fields, deadlines, requestsMax, queueMax, seed, retries, isTraced);
    }

    /** The same, with that many connections and threads. */
    public LoadPlan withConnections(int otherConnections, int otherThreads) {
        return copy(
                wire,
                otherConnections,
                otherThreads,
                fields,
                deadlines,
                requestsMax,
                queueMax,
                seed,
                retries,
                isTraced);
    }

    /** The same, looking at those fields. */
    public LoadPlan withFields(AnswerFields other) {
        return copy(wire, connections, threads, other, deadlines, requestsMax, queueMax, seed, retries, isTraced);
    }

    /** The same, with those deadlines. */
    public LoadPlan withDeadlines(Deadlines other) {
        return copy(wire, connections, threads, fields, other, requestsMax, queueMax, seed, retries, isTraced);
    }

    /** The same, with those bounds. */
    public LoadPlan withBounds(long otherRequestsMax, int otherQueueMax) {
        return copy(
                wire,
                connections,
                threads,
                fields,
                deadlines,
                otherRequestsMax,
                otherQueueMax,
                seed,
                retries,
                isTraced);
    }

    /** The same, with that seed. */
    public LoadPlan withSeed(long other) {
        return copy(wire, connections, threads, fields, deadlines, requestsMax, queueMax, other, retries, isTraced);
    }

    /** The same, with those retries. */
    public LoadPlan withRetries(Retries other) {
        return copy(wire, connections, threads, fields, deadlines, requestsMax, queueMax, seed, other, isTraced);
    }

    /** The same, with an {@code x-request-id} on every request. */
    public LoadPlan traced() {
        return withTraces(true);
    }

    /** The same, with or without an {@code x-request-id} on every request. */
    public LoadPlan withTraces(boolean wanted) {
        return copy(wire, connections, threads, fields, deadlines, requestsMax, queueMax, seed, retries, wanted);
    }

    private LoadPlan copy(
            Wire w, int c, int t, AnswerFields f, Deadlines d, long max, int queue, long s, Retries r, boolean traced) {
        return new LoadPlan(name, targets, profile, w, c, t, requests, check, f, d, max, queue, s, r, traced);
    }

    /** In words: rate, protocol, connections, threads. */
    public String description() {
        return profile.description() + "; " + wire.description() + "; " + connections
                + (connections == 1 ? " connection, " : " connections, ") + threads
                + (threads == 1 ? " thread" : " threads");
    }

    private static void require(boolean holds, String field, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: " + rule + ")");
        }
    }
}
