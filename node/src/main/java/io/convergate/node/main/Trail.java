package io.convergate.node.main;

import io.convergate.config.ConfigView;
import io.convergate.routing.compile.RouteTableCompiler.Mark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where the way was gone, so that it can be gone again from the last place that is still on it when a change comes late: the last
 * {@link #RECENT} places, and before them {@link #EARLIER} ever farther apart, as far back as {@link #CHANGES_MAX} changes and {@link
 * #RESOURCES_MAX} resources that differ from place to place. Confined to the thread of activation.
 */
final class Trail {
    /** How many of the last places are kept. */
    static final int RECENT = 16;

    /** How many places before those are. */
    static final int EARLIER = 32;

    /** How far back places are kept, in changes: four times as many as the past has by default. */
    static final long CHANGES_MAX = 4096;

    /** How many resources may differ between all places and the next: so many are kept in memory for their sake. The last two places are kept in any case. */
    static final int RESOURCES_MAX = 10_000;

    /** The oldest first. */
    private final List<Place> places = new ArrayList<>();

    /** For each of them, in how many resources it differs from the one before, or more; 0 for the first. */
    private final List<Integer> differences = new ArrayList<>();

    /**
     * A place on the way.
     *
     * @param view the configuration
     * @param mark what was served in place of it
     * @param gaps what of the way to it was left out, in sentences
     */
    record Place(ConfigView view, Mark mark, List<String> gaps) {
        /** How many changes it is made of. */
        private long changes() {
            return view.revision().counters().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }

        /** Whether a configuration is that of this place, or one change after it. */
        boolean isJustBefore(ConfigView next) {
            return next.revision().counters().entrySet().stream()
                            .mapToLong(counter ->
                                    counter.getValue() - view.revision().counter(counter.getKey()))
                            .sum()
                    <= 1;
        }
    }

    /** The places, the newest first. */
    List<Place> newestFirst() {
        List<Place> reversed = new ArrayList<>(places);
        Collections.reverse(reversed);
        return reversed;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** Adds a place that comes after all others; in place of the last one if it is the same configuration. */
    void add(Place place) {
        if (!places.isEmpty() && last().view().revision().equals(place.view().revision())) {
            remove(places.size() - 1);
        }
        differences.add(
                places.isEmpty() ? 0 : place.view().differsFrom(last().view()).size());
        places.add(place);
        if (places.size() > RECENT + EARLIER) {
            remove(leastNeeded());
        }
        while (places.size() > 1 && place.changes() - places.get(0).changes() > CHANGES_MAX
                || places.size() > 2
                        && differences.stream().mapToInt(Integer::intValue).sum() > RESOURCES_MAX) {
            remove(0);
        }
    }

    private Place last() {
        return places.get(places.size() - 1);
    }

    private void remove(int index) {
        places.remove(index);
        int gone = differences.remove(index);
        if (index < differences.size()) {
            differences.set(index, index == 0 ? 0 : differences.get(index) + gone);
        }
    }

    /** Of the earlier places, but for the first, the one whose neighbours are the nearest to each other for their age. */
    private int leastNeeded() {
        long now = places.get(places.size() - 1).changes();
        int found = 1;
        double least = Double.MAX_VALUE;
        for (int i = 1; i <= EARLIER; i++) {
            long before = places.get(i - 1).changes();
            double span = (double) (places.get(i + 1).changes() - before) / (now - before + 1);
            if (span < least) {
                least = span;
                found = i;
            }
        }
        return found;
    }

    /** Forgets all places after this one. */
    void backTo(Place place) {
        int kept = places.indexOf(place) + 1;
        places.subList(kept, places.size()).clear();
        differences.subList(kept, differences.size()).clear();
    }

    /** Forgets all places. */
    void clear() {
        places.clear();
        differences.clear();
    }
}
