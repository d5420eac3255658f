package io.convergate.routing.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyVersionIsAsAMapOfItsOwn(long seed) {
        Random random = new Random(seed);
        Map<Integer, String> expected = new HashMap<>();
        SharedMap<Integer, String> map = SharedMap.empty();
        for (int step = 0; step < 200; step++) {
            Map<Integer, String> before = new HashMap<>(expected);
            Map<Integer, @Nullable String> changes = new HashMap<>();
            for (int i = random.nextInt(20); i >= 0; i--) {
                int key = random.nextInt(500);
                String value = random.nextBoolean() ? "v" + random.nextInt(9) : null;
                changes.put(key, value);
                expected.compute(key, (same, old) -> value);
            }
            SharedMap<Integer, String> next = random.nextBoolean() ? map.with(changes) : map.become(expected);
            Set<Integer> differing = new HashSet<>(changes.keySet());
            differing.removeIf(key -> before.get(key) == expected.get(key));

            assertThat(next).as("seed " + seed + ", step " + step).isEqualTo(expected);
            assertThat(next.size()).isEqualTo(expected.size());
            assertThat(next.differsFrom(map)).isEqualTo(differing);
            assertThat(map).as("the version before").isEqualTo(before);
            map = next;
        }
    }
}
