package io.convergate.loadgen.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** When requests start. */
public sealed interface Profile permits Profile.Open, Profile.Closed, Profile.Recorded {
    /** How long it goes on. */
    Duration duration();

    /** In words. */
    String description();

    /** That many requests a second for so long. */
    static Open constant(double perSecond, Duration duration) {
        return new Open(List.of(new Stage(perSecond, perSecond, duration)));
    }

    /** From one rate to another, changing evenly. */
    static Open ramp(double fromPerSecond, double toPerSecond, Duration duration) {
        return new Open(List.of(new Stage(fromPerSecond, toPerSecond, duration)));
    }

    /** One constant rate after the other, each for so long. */
    static Open steps(List<Double> perSecond, Duration each) {
        List<Stage> stages = new ArrayList<>();
        for (double rate : perSecond) {
            stages.add(new Stage(rate, rate, each));
        }
        return new Open(stages);
    }

    /**
     * An open model: requests start on an absolute schedule, whether or not earlier ones were answered.
     *
     * @param stages one after the other, at least one
     */
    record Open(List<Stage> stages) implements Profile {
        public Open {
            stages = List.copyOf(stages);
            if (stages.isEmpty()) {
                throw new IllegalArgumentException("no stage (expected: at least one)");
            }
        }

        @Override
        public Duration duration() {
            return stages.stream().map(Stage::duration).reduce(Duration.ZERO, Duration::plus);
        }

        @Override
        public String description() {
            StringBuilder out = new StringBuilder();
            for (Stage stage : stages) {
                out.append(out.isEmpty() ? "" : ", then ").append(stage.description());
            }
            return out.toString();
        }
    }

    /**
     * Part of an open schedule.
     *
     * @param fromPerSecond requests a second at its beginning
     * @param toPerSecond at its end; in between the rate changes evenly
     */
    record Stage(double fromPerSecond, double toPerSecond, Duration duration) {
        public Stage {
            requireRate(fromPerSecond);
            requireRate(toPerSecond);
            requireLength(duration);
        }

        private static void requireRate(double rate) {
            if (!(rate >= 0 && rate <= 10_000_000)) {
                throw new IllegalArgumentException(rate + " (expected: 0 to 10000000 requests a second)");
            }
        }

        private String description() {
            String length = " for " + seconds(duration);
            return fromPerSecond == toPerSecond
                    ? rate(fromPerSecond) + "/s" + length
                    : rate(fromPerSecond) + "/s to " + rate(toPerSecond) + "/s" + length;
        }

        private static String rate(double rate) {
            return rate == Math.rint(rate) ? Long.toString((long) rate) : String.format(Locale.ROOT, "%.2f", rate);
        }
    }

    /** A closed model: every connection sends the next request when the last one is answered. Finds the maximum; its latency hides waiting. */
    record Closed(Duration duration) implements Profile {
        public Closed {
            requireLength(duration);
        }

        @Override
        public String description() {
            return "as fast as answers come, for " + seconds(duration);
        }
    }

    /**
     * A recorded schedule.
     *
     * @param offsetsNanos the planned start of each request, from the first one's, ascending; not copied, never changed
     */
    record Recorded(long[] offsetsNanos) implements Profile {
        public Recorded {
            if (offsetsNanos.length == 0) {
                throw new IllegalArgumentException("no request (expected: at least one)");
            }
        }

        @Override
        public Duration duration() {
            return Duration.ofNanos(offsetsNanos[offsetsNanos.length - 1]);
        }

        @Override
        public String description() {
            return offsetsNanos.length + " recorded requests over " + seconds(duration());
        }
    }

    private static void requireLength(Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException(duration + " (expected: more than nothing, at most 30 days)");
        }
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
