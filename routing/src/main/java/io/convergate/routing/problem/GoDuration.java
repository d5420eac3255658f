package io.convergate.routing.problem;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the syntax of Go, which Istio uses: {@code 1h}, {@code 1m30s}, {@code 250ms}, {@code 0.5s}, {@code 0}. */
public final class GoDuration {
    /** Longer ones would overflow a long of nanoseconds; about 290 years. */
    private static final BigDecimal NANOS_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final Pattern PART =
            Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{0,18})?|\\.[0-9]{1,18})(ns|us|µs|μs|ms|s|m|h)");

    private GoDuration() {}

    /** Reads a duration; empty if the text is none, or too long a one. */
    public static Optional<Duration> parse(String text) {
        boolean negative = text.startsWith("-");
        String body = negative || text.startsWith("+") ? text.substring(1) : text;
        if (body.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(body);
        int at = 0;
        while (at < body.length() && part.region(at, body.length()).lookingAt()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanosPer(part.group(2)))));
            at = part.end();
        }
        if (at == 0 || at < body.length() || nanos.compareTo(NANOS_MAX) > 0) {
            return Optional.empty();
        }
        long count = negative ? -nanos.longValue() : nanos.longValue();
        return Optional.of(Duration.ofNanos(count));
    }

    /** Writes a duration as {@link #parse} reads it, in its largest units: {@code 1h30m}, {@code 1.5s}, {@code 0.5ms}, {@code 0s}. */
    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder(duration.isNegative() ? "-" : "");
        Duration left = duration.abs();
        if (left.compareTo(Duration.ofSeconds(1)) < 0) {
            return text.append(decimal(left.toNanos(), 6)).append("ms").toString();
        }
        append(left.toHours(), 'h', text);
        append(left.toMinutesPart(), 'm', text);
        long rest = left.toSecondsPart() * 1_000_000_000L + left.toNanosPart();
        return rest == 0
                ? text.toString()
                : text.append(decimal(rest, 9)).append('s').toString();
    }

    private static void append(long count, char unit, StringBuilder text) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }

    private static String decimal(long count, int scale) {
        return BigDecimal.valueOf(count, scale).stripTrailingZeros().toPlainString();
    }

    private static long nanosPer(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 1_000L;
        };
    }
}
