package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.Honesty;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.request.DurationText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A condition under which a load has failed, such as {@code p99>50ms}, {@code errors>0}, {@code 5xx>0.1%} or {@code rate<990}.
 * Immutable.
 */
public final class Threshold {
    private static final Pattern FORM = Pattern.compile("([a-z0-9.-]+)\\s*([<>])\\s*([0-9.]+)\\s*(us|ms|s|m|%|/s)?");

    private static final List<String> TIMES = List.of("mean", "p50", "p75", "p90", "p99", "p99.9", "max");

    private final String text;
    private final Figure figure;
    private final boolean isAbove;
    /** In microseconds, requests, requests a second, or a share of the requests. */
    private final double bound;

    private Threshold(String text, Figure figure, boolean isAbove, double bound) {
        this.text = text;
        this.figure = figure;
        this.isAbove = isAbove;
        this.bound = bound;
    }

    private enum Unit {
        TIME,
        COUNT,
        SHARE,
        RATE
    }

    /** What a condition looks at. */
    private record Figure(String name, Unit unit, boolean isLatency, ToDoubleFunction<LoadResult> value) {}

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if it is none */
    public static Threshold parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text);
        }
        String name = matcher.group(1);
        String unit = Optional.ofNullable(matcher.group(4)).orElse("");
        boolean isShare = unit.equals("%");
        Figure figure = figure(name, isShare).orElseThrow(() -> wrong(text));
        boolean fits =
                switch (figure.unit()) {
                    case TIME -> List.of("us", "ms", "s", "m").contains(unit);
                    case COUNT -> unit.isEmpty();
                    case SHARE -> isShare;
                    case RATE -> unit.isEmpty() || unit.equals("/s");
                };
        if (!fits) {
            throw wrong(text);
        }
        try {
            double bound = figure.unit() == Unit.TIME
                    ? DurationText.parse(matcher.group(3) + unit).toNanos() / 1e3
                    : Double.parseDouble(matcher.group(3)) / (isShare ? 100 : 1);
            return new Threshold(text.strip(), figure, matcher.group(2).equals(">"), bound);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(wrong(text).getMessage(), notANumber);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(text
                + " (expected: FIGURE, < or >, and a bound: p99>50ms, service.p50>2ms, errors>0, 5xx>0.1%, rate<990; FIGURE is "
                + String.join(", ", TIMES) + ", the same after service., rate, errors, wrong, planned, "
                + Arrays.stream(Outcome.values()).map(Outcome::text).collect(Collectors.joining(", ")) + ")");
    }

    private static Optional<Figure> figure(String name, boolean isShare) {
        boolean isService = name.startsWith("service.");
        String time = isService ? name.substring(8) : name;
        if (TIMES.contains(time) || time.equals("p999")) {
            return Optional.of(new Figure(
                    name,
                    Unit.TIME,
                    !isService,
                    result -> time(isService ? result.service() : result.latency(), time)));
        }
        if (name.equals("rate")) {
            return Optional.of(new Figure(
                    name,
                    Unit.RATE,
                    false,
                    result -> result.completed()
                            / Math.max(1e-9, result.duration().toNanos() / 1e9)));
        }
        return count(name)
                .map(count -> new Figure(
                        name,
                        isShare ? Unit.SHARE : Unit.COUNT,
                        false,
                        result -> count.applyAsDouble(result) / (isShare ? Math.max(1, result.completed()) : 1)));
    }

    private static Optional<ToDoubleFunction<LoadResult>> count(String name) {
        return switch (name) {
            case "errors" -> Optional.of(LoadResult::failed);
            case "planned" -> Optional.of(LoadResult::planned);
            case "wrong" ->
                Optional.of(result -> Arrays.stream(Outcome.values())
                        .filter(Outcome::isWrongAnswer)
                        .mapToLong(result::count)
                        .sum());
            default ->
                Arrays.stream(Outcome.values())
                        .filter(outcome -> outcome.text().equals(name))
                        .findFirst()
                        .map(outcome -> result -> result.count(outcome));
        };
    }

    private static double time(Percentiles times, String name) {
        return switch (name) {
            case "mean" -> times.mean();
            case "p50" -> times.p50();
            case "p75" -> times.p75();
            case "p90" -> times.p90();
            case "p99" -> times.p99();
            case "max" -> times.max();
            default -> times.p999();
        };
    }

    /** Whether a result keeps clear of it. A latency that is not to be reported cannot be judged. */
    public Finding judge(LoadResult result) {
        String promise = "not " + text;
        if (figure.isLatency()) {
            Optional<String> objection = Honesty.objection(result);
            if (objection.isPresent()) {
                return Finding.notJudged(promise, objection.get());
            }
        }
        double value = figure.value().applyAsDouble(result);
        boolean isBad = isAbove ? value > bound : value < bound;
        return Finding.of(!isBad, promise, figure.name() + " is " + shown(value), List.of());
    }

    private String shown(double value) {
        return switch (figure.unit()) {
            case TIME -> String.format(Locale.ROOT, "%.3f ms", value / 1e3);
            case COUNT -> String.format(Locale.ROOT, "%.0f", value);
            case SHARE -> String.format(Locale.ROOT, "%.3f %%", value * 100);
            case RATE -> String.format(Locale.ROOT, "%.1f/s", value);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
