package io.convergate.loadgen.main;

import io.convergate.loadgen.load.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rates as people write them: {@code 1000}, {@code 100..1000} for a ramp, {@code 100,200,400} for steps of equal length, in requests a second. */
final class RateText {
    private RateText() {}

    /**
     * Reads one for that long.
     *
     * @throws IllegalArgumentException with {@code value (expected: rule)} if it is none
     */
    static Profile.Open parse(String text, Duration duration) {
        Profile.Open profile = read(text, duration);
        if (profile.stages().stream().allMatch(stage -> stage.fromPerSecond() == 0 && stage.toPerSecond() == 0)) {
            throw new IllegalArgumentException(text + " (expected: a rate above 0)");
        }
        return profile;
    }

    private static Profile.Open read(String text, Duration duration) {
        try {
            int dots = text.indexOf("..");
            if (dots > 0) {
                return Profile.ramp(rate(text.substring(0, dots)), rate(text.substring(dots + 2)), duration);
            }
            List<Double> steps = new ArrayList<>();
            for (String step : text.split(",", -1)) {
                steps.add(rate(step));
            }
            return Profile.steps(steps, duration.dividedBy(steps.size()));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(
                    text + " (expected: requests a second, such as 1000, 100..1000 or 100,200,400)", wrong);
        }
    }

    private static double rate(String text) {
        if (!text.strip().matches("\\d{1,8}(\\.\\d{1,6})?")) {
            throw new NumberFormatException(text);
        }
        return Double.parseDouble(text.strip());
    }
}
