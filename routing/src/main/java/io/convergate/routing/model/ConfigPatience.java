package io.convergate.routing.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long requests at the ports of a gateway may wait for the configuration that they ask for. An annotation says so, of Istio's
 * Gateway and of Gateway API's.
 */
public final class ConfigPatience {
    /** The annotation, such as {@code 5s}: a whole number and {@code ms}, {@code s} or {@code m}. */
    public static final String ANNOTATION = "convergate.io/config-at-least";

    /** The longest wait. */
    public static final Duration MAX = Duration.ofMinutes(1);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    private ConfigPatience() {}

    /** What the annotation says; empty if it is not there, or if it is no such time from a millisecond to {@link #MAX}. */
    public static Optional<Duration> of(Metadata metadata) {
        Matcher form = FORM.matcher(metadata.annotations().getOrDefault(ANNOTATION, ""));
        if (!form.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(form.group(1));
        Duration wait =
                switch (form.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    default -> Duration.ofMinutes(amount);
                };
        return Optional.of(wait).filter(time -> !time.isZero() && time.compareTo(MAX) <= 0);
    }
}
