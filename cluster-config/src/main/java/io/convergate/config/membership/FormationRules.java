package io.convergate.config.membership;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Which of two clusters yields. */
final class FormationRules {
    /** The larger cluster last; of two that are equally large, the one with the lowest address. */
    static final Comparator<List<NodeAddress>> LARGER = Comparator.<List<NodeAddress>>comparingInt(List::size)
            .thenComparing(Collections::min, Comparator.reverseOrder());

    private FormationRules() {}

    /** Whether two memberships are two clusters, rather than two views of one that is about to be settled. */
    static boolean foreign(Collection<NodeAddress> one, Collection<NodeAddress> other) {
        return !one.isEmpty() && !other.isEmpty() && Collections.disjoint(one, other);
    }
}
