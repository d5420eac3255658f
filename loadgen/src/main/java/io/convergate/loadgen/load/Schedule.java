package io.convergate.loadgen.load;

/** When each request of a plan is to start, from the beginning of the run: absolute, so that being late once makes no later one later. Immutable. */
interface Schedule {
    /** There is no such request. */
    long NEVER = Long.MAX_VALUE;

    /** The planned start of request {@code number} (from 0), in nanoseconds; ascending; {@link #NEVER} past the last one. */
    long startNanos(long number);

    /** The schedule of an open profile. */
    static Schedule of(Profile.Open open) {
        return new Staged(open);
    }

    /** The schedule of a recording. */
    static Schedule of(Profile.Recorded recorded) {
        long[] offsets = recorded.offsetsNanos();
        return number -> number < offsets.length ? offsets[(int) number] : NEVER;
    }

    /**
     * Stages, each of which has its requests where the integral of its rate passes a whole number. With rates a and b over T seconds the
     * integral after t seconds is n = a t + (b - a) t^2 / 2T; solved for t in the form without cancellation, t = 2n / (a + sqrt(a^2 + 2 n
     * (b - a) / T)).
     */
    final class Staged implements Schedule {
        private final double[] from;
        private final double[] slope;
        private final double[] requestsBefore;
        private final double[] secondsBefore;
        private final int stages;

        Staged(Profile.Open open) {
            stages = open.stages().size();
            from = new double[stages];
            slope = new double[stages];
            requestsBefore = new double[stages + 1];
            secondsBefore = new double[stages + 1];
            for (int i = 0; i < stages; i++) {
                Profile.Stage stage = open.stages().get(i);
                double seconds = stage.duration().toNanos() / 1e9;
                from[i] = stage.fromPerSecond();
                slope[i] = (stage.toPerSecond() - stage.fromPerSecond()) / seconds;
                requestsBefore[i + 1] = requestsBefore[i] + (stage.fromPerSecond() + stage.toPerSecond()) / 2 * seconds;
                secondsBefore[i + 1] = secondsBefore[i] + seconds;
            }
        }

        @Override
        public long startNanos(long number) {
            // What rounding adds to a sum of a few products must not add a request: a millionth of one is nothing.
            if (number >= requestsBefore[stages] - 1e-6) {
                return NEVER;
            }
            int i = 0;
            while (number >= requestsBefore[i + 1]) {
                i++;
            }
            double n = number - requestsBefore[i];
            double root = Math.sqrt(Math.max(0, from[i] * from[i] + 2 * n * slope[i]));
            double seconds = n == 0 ? 0 : 2 * n / (from[i] + root);
            return Math.round((secondsBefore[i] + seconds) * 1e9);
        }
    }
}
