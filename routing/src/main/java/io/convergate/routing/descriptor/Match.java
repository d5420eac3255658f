package io.convergate.routing.descriptor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The limit that a descriptor of a request met, and which of its values count together with others. */
public final class Match {
    private final DescriptorLimit limit;
    private final @Nullable String @Nullable [] shared;

    /** @param shared for each entry the value with stars that it counts as; null for its own, or null for none of them */
    Match(DescriptorLimit limit, @Nullable String @Nullable [] shared) {
        this.limit = limit;
        this.shared = shared;
    }

    public DescriptorLimit limit() {
        return limit;
    }

    /** What an entry counts as. */
    String counts(int i, Entry entry) {
        return shared == null || shared[i] == null ? entry.value() : Objects.requireNonNull(shared[i]);
    }
}
