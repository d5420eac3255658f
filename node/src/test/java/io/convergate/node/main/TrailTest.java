package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.node.main.Trail.Place;
import io.convergate.routing.compile.RouteTableCompiler.Mark;
import io.convergate.routing.model.ResourceKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrailTest {
    private static final String WRITER = "00000000000000aa.";

    private final Trail trail = new Trail();

    @Test
    void ofManySmallChangesThePlacesGoFarBackAndAreBounded() {
        IntStream.rangeClosed(1, 5_000).forEach(number -> trail.add(place(number, 1)));

        assertThat(changes()).hasSize(Trail.RECENT + Trail.EARLIER);
        assertThat(changes().get(0)).isEqualTo(5_000);
        assertThat(changes().get(changes().size() - 1))
                .isLessThan(2_000)
                .isGreaterThanOrEqualTo(5_000 - (int) Trail.CHANGES_MAX);
    }

    @Test
    void ofLargeChangesFewerPlacesAreKept() {
        IntStream.rangeClosed(1, 20).forEach(number -> trail.add(place(number, Trail.RESOURCES_MAX / 2)));

        assertThat(changes()).containsExactly(20, 19, 18);
    }

    @Test
    void thePlaceBeforeTheLastIsKeptHoweverLargeTheChange() {
        trail.add(place(1, 1));
        trail.add(place(2, 10 * Trail.RESOURCES_MAX));

        assertThat(changes()).containsExactly(2, 1);
    }

    @Test
    void whoGoesBackForgetsWhatCameAfter() {
        List<Place> places =
                IntStream.rangeClosed(1, 5).mapToObj(number -> place(number, 1)).toList();
        places.forEach(trail::add);
        trail.backTo(places.get(2));
        trail.add(place(4, Trail.RESOURCES_MAX));

        assertThat(changes()).containsExactly(4, 3);
    }

    private List<Integer> changes() {
        return trail.newestFirst().stream()
                .map(place -> (int) place.view()
                        .revision()
                        .counters()
                        .values()
                        .iterator()
                        .next()
                        .longValue())
                .toList();
    }

    private static Place place(int number, int differs) {
        return new Place(new View(Revision.parse(WRITER + number), differs), Mark.NONE, List.of());
    }

    /** One that differs from every other in so many resources. */
    private record View(Revision revision, int differs) implements ConfigView {
        @Override
        public Map<ResourceKey, StoredResource> resources() {
            return Map.of();
        }

        @Override
        public Set<ResourceKey> conflicted() {
            return Set.of();
        }

        @Override
        public List<PastChange> outlived(ResourceKey key) {
            return List.of();
        }

        @Override
        public List<ResourceVersion> versions(ResourceKey key) {
            return List.of();
        }

        @Override
        public Set<ResourceKey> differsFrom(ConfigView other) {
            Set<ResourceKey> keys = new HashSet<>();
            for (int i = 0; i < differs; i++) {
                keys.add(new ResourceKey("g", "Kind", "default", "r" + i));
            }
            return keys;
        }
    }
}
