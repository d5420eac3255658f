package io.convergate.node.main;

import io.convergate.node.admin.api.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations on the command line, such as {@code 500ms} or {@code 10s}. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return DurationText.parse(text)
                .orElseThrow(() -> new TypeConversionException(
                        text + " (expected: a number and ms, s, m or h, such as 500ms or 10s)"));
    }
}
