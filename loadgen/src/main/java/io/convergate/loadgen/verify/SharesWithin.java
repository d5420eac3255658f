package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.LoadResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Upstreams answer in the shares that they should.
 *
 * @param weights of each upstream; its share is its weight by the sum
 * @param tolerance how far a share may be off, as a share of all answers, such as 0.01
 */
public record SharesWithin(Map<String, Double> weights, double tolerance) {
    public SharesWithin {
        weights = new LinkedHashMap<>(weights);
    }

    /**
     * Reads {@code v1=90,v2=10}.
     *
     * @throws IllegalArgumentException with {@code value (expected: rule)}
     */
    public static SharesWithin parse(String text, double tolerance) {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1 || !part.substring(equals + 1).matches("\\d{1,9}(\\.\\d{1,6})?")) {
                throw new IllegalArgumentException(part + " (expected: UPSTREAM=WEIGHT, such as v1=90,v2=10)");
            }
            weights.put(part.substring(0, equals).strip(), Double.parseDouble(part.substring(equals + 1)));
        }
        if (weights.values().stream().mapToDouble(Double::doubleValue).sum() <= 0) {
            throw new IllegalArgumentException(text + " (expected: a weight above 0)");
        }
        return new SharesWithin(weights, tolerance);
    }

    /** Judges the answers of one load. */
    public Finding judge(LoadResult result) {
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        long answers =
                result.upstreams().values().stream().mapToLong(Long::longValue).sum();
        String promise =
                String.format(Locale.ROOT, "shares %s within %.2f %% of all answers", weights, tolerance * 100);
        if (answers == 0) {
            return Finding.broken(promise, "no answer says which upstream it is from", List.of());
        }
        List<String> off = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        Map<String, Double> expected = new LinkedHashMap<>(weights);
        result.upstreams().keySet().forEach(upstream -> expected.putIfAbsent(upstream, 0.0));
        expected.forEach((upstream, weight) -> {
            double share = result.upstreams().getOrDefault(upstream, 0L) / (double) answers;
            String words = String.format(
                    Locale.ROOT, "%s %.2f %% (expected: %.2f %%)", upstream, share * 100, weight / sum * 100);
            seen.add(words);
            if (Math.abs(share - weight / sum) > tolerance) {
                off.add(words);
            }
        });
        return Finding.of(off.isEmpty(), promise, String.join(", ", seen), off);
    }
}
