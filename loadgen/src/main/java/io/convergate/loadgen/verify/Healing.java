package io.convergate.loadgen.verify;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of the nodes once all faults had ended.
 *
 * @param took how long it was until all were one cluster again and served the same; empty if they did not in time, or were not asked to
 * @param lacking what each node still lacked when they had no more time
 */
public record Healing(Optional<Duration> took, List<String> lacking) {
    /** Nobody was asked to heal. */
    public static final Healing NOT_ASKED = new Healing(Optional.empty(), List.of());

    public Healing {
        lacking = List.copyOf(lacking);
    }

    /** They were one cluster after so long. */
    public static Healing after(Duration took) {
        return new Healing(Optional.of(took), List.of());
    }

    /** They were not one cluster in time. */
    public static Healing failed(List<String> lacking) {
        return new Healing(Optional.empty(), lacking);
    }
}
