package io.convergate.node.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * How many nodes a writer waits for, and how long.
 *
 * @param goal how many
 * @param nodes the number, where the goal is a number
 * @param timeout at most {@link #TIMEOUT_MAX}
 */
record WaitFor(Goal goal, int nodes, Duration timeout) {
    /** Longer than this nobody waits on an open connection. */
    static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

    /** What is asked for without a time. */
    static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    /** How many nodes are waited for. */
    enum Goal {
        /** None: the answer comes once the change is durable. */
        NOBODY,
        /** Every member of the cluster that has not been removed. */
        ALL,
        /** More than half of the members. */
        MAJORITY,
        /** A number of them. */
        SOME
    }

    /**
     * Reads the query parameter {@code wait}.
     *
     * @param text {@code all}, {@code majority} or a number from 1
     * @throws IllegalArgumentException if it is none of these, or the timeout is too long
     */
    static WaitFor parse(Optional<String> text, Duration timeout) {
        if (timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("timeout of " + timeout.toSeconds() + "s (expected: at most 5m)");
        }
        String goal = text.orElse("");
        return switch (goal) {
            case "" -> new WaitFor(Goal.NOBODY, 0, Duration.ZERO);
            case "all" -> new WaitFor(Goal.ALL, 0, timeout);
            case "majority" -> new WaitFor(Goal.MAJORITY, 0, timeout);
            default -> {
                if (!goal.matches("[1-9]\\d{0,3}")) {
                    throw new IllegalArgumentException("wait '" + goal + "' (expected: all, majority or a number)");
                }
                yield new WaitFor(Goal.SOME, Integer.parseInt(goal), timeout);
            }
        };
    }

    /** The same, or, if nobody is waited for, a look at all of them without waiting. */
    WaitFor orNow() {
        return goal == Goal.NOBODY ? new WaitFor(Goal.ALL, 0, Duration.ZERO) : this;
    }

    /** Whether so many serving nodes are enough. */
    boolean isMet(int serving, int present, int members) {
        return switch (goal) {
            case NOBODY -> true;
            case ALL -> serving >= present;
            case MAJORITY -> serving * 2 > members;
            case SOME -> serving >= nodes;
        };
    }
}
