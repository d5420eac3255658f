package io.convergate.routing.problem;

import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;

/**
 * Something wrong with a configuration.
 *
 * @param path where in the resource, such as {@code spec.http[2].route[0].weight}; a key that is no plain name stands in
 *     brackets, as in {@code metadata.labels[example.com/team]}; empty for the document as a whole
 * @param severity whether it is refused or only reported
 * @param code what kind of problem: istioctl's code, such as {@code IST0101}, where istioctl reports the same; else a
 *     name from {@link ProblemCode}
 * @param message {@code value (expected: rule)}
 * @param resource the resource, once its kind and name are known
 * @param position where in the text, if it was read from text
 */
public record Problem(
        String path,
        Severity severity,
        String code,
        String message,
        Optional<ResourceKey> resource,
        Optional<SourcePosition> position) {
    private static final String UNTIL_THEN = "; until then ";

    public Problem {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(position, "position");
    }

    /** A problem that refuses the resource; resource and position are not known yet. */
    public static Problem error(String path, String code, String message) {
        return new Problem(path, Severity.ERROR, code, message, Optional.empty(), Optional.empty());
    }

    /** A problem that is only reported; resource and position are not known yet. */
    public static Problem warning(String path, String code, String message) {
        return new Problem(path, Severity.WARNING, code, message, Optional.empty(), Optional.empty());
    }

    /** The message form of the house: {@code value (expected: rule)}; an empty text shows as {@code ""}, a duration as written. */
    public static String expected(Object value, String rule) {
        Object shown = value instanceof Duration duration ? GoDuration.text(duration) : value;
        return (shown.equals("") ? "\"\"" : shown) + " (expected: " + rule + ")";
    }

    /** Whether any of them is an error. */
    public static boolean anyError(Collection<Problem> problems) {
        return problems.stream().anyMatch(Problem::isError);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** This problem, of that resource. */
    public Problem of(ResourceKey key) {
        return new Problem(path, severity, code, message, Optional.of(key), position);
    }

    /** This problem, told in other words. */
    public Problem withMessage(String words) {
        return new Problem(path, severity, code, words, resource, position);
    }

    /** This problem, with another word on what happens until it is solved, if its message says that at its end. */
    public Problem untilThen(String happens) {
        int at = message.lastIndexOf(UNTIL_THEN);
        return at < 0 ? this : withMessage(message.substring(0, at + UNTIL_THEN.length()) + happens + ")");
    }

    /** This problem, found at that place. */
    public Problem at(SourcePosition place) {
        return new Problem(path, severity, code, message, resource, Optional.of(place));
    }

    /** One line for people: {@code 12:5 error InvalidValue VirtualService/default/reviews spec.hosts: ...}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        position.ifPresent(place -> line.append(place).append(' '));
        line.append(isError() ? "error " : "warning ").append(code);
        resource.ifPresent(key -> line.append(' ').append(key.shortName()));
        if (!path.isEmpty()) {
            line.append(' ').append(path);
        }
        return line.append(": ").append(message).toString();
    }
}
