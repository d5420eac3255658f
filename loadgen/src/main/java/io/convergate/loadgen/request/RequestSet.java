package io.convergate.loadgen.request;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The requests of a load: a mix drawn from by weight, or a fixed order. Immutable.
 *
 * @param entries what there is to draw from, at least one
 * @param order the entry of each request by its number, for a replay; empty to draw by weight
 */
public record RequestSet(List<Entry> entries, int[] order) {
    /** Something of a mix. */
    public sealed interface Entry permits Single, Session {
        String name();

        /** Its share of the requests, against the sum of all. */
        int weight();
    }

    /** One request. */
    public record Single(RequestSpec request, int weight) implements Entry {
        public Single {
            requirePositive(weight);
        }

        @Override
        public String name() {
            return request.name();
        }
    }

    /**
     * Users that each go through the same steps in order, over and over, one at a time.
     *
     * @param users how many at once; named {@code NAME-0} and on
     * @param isSticky whether each user must be answered by the upstream that answered first
     * @param keepsCookies whether a user sends back the cookies it was given
     * @param think what a user does between an answer and its next step
     */
    public record Session(
            String name,
            List<RequestSpec> steps,
            int users,
            boolean isSticky,
            boolean keepsCookies,
            Think think,
            int weight)
            implements Entry {
        public Session {
            steps = List.copyOf(steps);
            requirePositive(weight);
            requirePositive(users);
            if (steps.isEmpty()) {
                throw new IllegalArgumentException("no steps (expected: at least one)");
            }
        }
    }

    public RequestSet {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no requests (expected: at least one)");
        }
        order = order.clone();
        for (int index : order) {
            if (index < 0 || index >= entries.size()) {
                throw new IllegalArgumentException(index + " (expected: an index of an entry)");
            }
        }
    }

    /** These requests, equally often. */
    public static RequestSet of(RequestSpec... requests) {
        return new RequestSet(
                Arrays.stream(requests)
                        .<Entry>map(request -> new Single(request, 1))
                        .toList(),
                new int[0]);
    }

    /** Every kind of request that is in it. */
    public Stream<RequestSpec> all() {
        return entries.stream()
                .flatMap(entry -> entry instanceof Session session
                        ? session.steps().stream()
                        : Stream.of(((Single) entry).request()));
    }

    /** How many there are in a fixed order, or -1 if there is no end to them. */
    public long size() {
        return order.length == 0 ? -1 : order.length;
    }

    private static void requirePositive(int value) {
        if (value < 1) {
            throw new IllegalArgumentException(value + " (expected: at least 1)");
        }
    }
}
