package io.convergate.loadgen.verify;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * A percentile of latency stays under a bound, but for stated windows. Where loadgen was late itself, its lag is part of what was
 * measured: then a value under the bound still proves the promise, and one over it proves nothing.
 *
 * @param load whose requests
 * @param percentile 0 to 100
 * @param bound it must not exceed
 * @param except pieces of a run that touch one of these are left out
 */
public record LatencyWithin(String load, double percentile, Duration bound, List<Around> except) implements Promise {
    private static final long MICROS_MAX = 3_600_000_000L;

    public LatencyWithin {
        except = List.copyOf(except);
    }

    @Override
    public List<Around> around() {
        return except;
    }

    @Override
    public String words() {
        String outside = except.isEmpty()
                ? ""
                : " but "
                        + String.join(
                                " and ", except.stream().map(Around::words).toList());
        return "p" + trimmed(percentile) + " of " + load + " at most " + bound.toMillis() + " ms" + outside;
    }

    @Override
    public Finding judge(History history) {
        Histogram sum = new Histogram(MICROS_MAX, 2);
        List<Window> left = except.stream()
                .flatMap(around -> around.windows(history).stream())
                .toList();
        history.latencies().stream()
                .filter(slice -> slice.load().equals(load))
                .filter(slice -> left.stream()
                        .noneMatch(window -> window.touches(
                                slice.window().fromNanos(), slice.window().toNanos())))
                .forEach(slice -> sum.add(slice.micros().unpacked()));
        if (sum.getTotalCount() == 0) {
            return Finding.notJudged(words(), "no request ended outside of these windows");
        }
        long micros = sum.getValueAtPercentile(percentile);
        boolean isHeld = micros <= bound.toNanos() / 1_000;
        double lagMs = history.loads(load).stream()
                .filter(result -> !result.isHonest())
                .mapToDouble(result -> result.lag().p99() / 1e3)
                .max()
                .orElse(0);
        if (lagMs > 0) {
            return isHeld
                    ? Finding.held(
                            words(),
                            String.format(
                                    Locale.ROOT, "it was, even with loadgen's own lag in it (p99 %.1f ms)", lagMs),
                            List.of())
                    : Finding.notJudged(
                            words(),
                            String.format(Locale.ROOT, "loadgen itself was late: p99 of its lag was %.1f ms", lagMs));
        }
        return Finding.of(
                isHeld,
                words(),
                String.format(Locale.ROOT, "%.2f ms over %,d requests", micros / 1e3, sum.getTotalCount()),
                List.of());
    }

    private static String trimmed(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
