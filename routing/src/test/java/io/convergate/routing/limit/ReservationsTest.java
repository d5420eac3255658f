package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner does with asks about single requests, whatever comes twice, late or never. Times are made up. */
class ReservationsTest {
    private static final long S = 1_000_000_000;
    private static final List<LimitSpec> THREE =
            List.of(LimitSpec.Rate.of(1, Duration.ofHours(1), 3), new LimitSpec.Quota(3, Window.HOUR));

    private static LeaseOwner owner(LimitSpec spec) {
        return new LeaseOwner(1, LeaseTerms.DEFAULT, spec, window -> Map.of(), 0);
    }

    private static Ask ask(LimitSpec spec, Ask.Purpose purpose, long request) {
        return new Ask(1, spec, 1, purpose, 1, 1, 0, 0, 0, 1, 0, 0, 0, request);
    }

    @ParameterizedTest(name = "{0}: {1} left of 3")
    @CsvSource({
        "reserve, 2",
        "reserve commit, 2",
        "reserve commit commit commit, 2",
        "reserve reserve, 2",
        "reserve release, 3",
        "reserve release release commit, 3",
        "reserve wait, 3",
        "reserve wait commit, 2",
        "reserve wait commit commit, 2",
        "reserve wait release, 3",
        "reserve commit wait, 2",
        "commit, 2",
        "charge, 2",
        "charge charge, 2",
        "charge release, 3",
        "charge release release, 3",
        "charge release charge, 3",
        "release charge, 3",
        "release reserve commit, 3",
        "charge commit, 2",
        "charge wait charge, 2",
    })
    void aRequestIsChargedOnceAtMostWhateverComesTwiceOrLate(String story, long left) {
        for (LimitSpec spec : THREE) {
            LeaseOwner owner = owner(spec);
            long now = 1;
            for (String step : story.split(" ")) {
                switch (step) {
                    case "wait" -> now += 6 * S;
                    case "release" -> owner.answer(ask(spec, Ask.Purpose.REFUND, 7), now, 0);
                    default -> owner.answer(ask(spec, Ask.Purpose.valueOf(step.toUpperCase(Locale.ROOT)), 7), now, 0);
                }
            }
            assertThat(owner.remaining(now, 0)).as("%s of %s", story, spec).isEqualTo(left);
        }
    }

    @Test
    void whatIsSetAsideIsNobodyElsesAndARepeatedAskHearsTheSame() {
        for (LimitSpec spec : THREE) {
            LeaseOwner owner = owner(spec);
            for (int request = 1; request <= 3; request++) {
                assertThat(owner.answer(ask(spec, Ask.Purpose.RESERVE, request), 1, 0)
                                .tokens())
                        .isEqualTo(1);
            }
            assertThat(owner.answer(ask(spec, Ask.Purpose.CHARGE, 4), 1, 0).tokens())
                    .isZero();
            assertThat(owner.answer(ask(spec, Ask.Purpose.RESERVE, 2), 1, 0).tokens())
                    .isEqualTo(1);
            owner.answer(ask(spec, Ask.Purpose.REFUND, 1), 1, 0);
            assertThat(owner.answer(ask(spec, Ask.Purpose.CHARGE, 4), 1, 0).tokens())
                    .as("refused before, and asked again by whoever did not hear it")
                    .isZero();
            assertThat(owner.answer(ask(spec, Ask.Purpose.CHARGE, 5), 1, 0).tokens())
                    .isEqualTo(1);
            assertThat(owner.isForgettable(2)).isFalse();
        }
    }

    @Test
    void whatIsHeldAndRememberedIsBounded() {
        Reservations reservations = new Reservations(S);
        for (int request = 1; request <= Reservations.HELD_MAX; request++) {
            assertThat(reservations.hold(request, 2, 0)).isTrue();
        }
        assertThat(reservations.hold(-1, 2, 0)).isFalse();
        assertThat(reservations.amount(S - 1)).isEqualTo(2L * Reservations.HELD_MAX);
        assertThat(reservations.amount(S)).isZero();
        for (int request = 1; request <= Reservations.TOLD_MAX + 1; request++) {
            reservations.told(request, Reservations.State.USED);
        }
        assertThat(reservations.of(1, S)).isEqualTo(Reservations.State.UNKNOWN);
        assertThat(reservations.of(2, S)).isEqualTo(Reservations.State.USED);
    }

    /** Nodes that ask two owners about each request, over a network that loses, delays and doubles. */
    private static final class World {
        private final Random random;
        private final PriorityQueue<Map.Entry<Long, Runnable>> events = new PriorityQueue<>(Map.Entry.comparingByKey());
        private final Map<Long, Boolean> heard = new HashMap<>();
        private final double loss;
        private long now;

        World(long seed, double loss) {
            this.random = new Random(seed);
            this.loss = loss;
        }

        void at(long delay, Runnable task) {
            events.add(Map.entry(now + delay, task));
        }

        /** Asks until it is answered, for so many times at most. */
        void ask(
                LeaseOwner owner,
                LimitSpec spec,
                Ask.Purpose purpose,
                long request,
                int times,
                Consumer<Grant> answer) {
            if (times == 0 || heard.containsKey(request + purpose.ordinal())) {
                return;
            }
            for (int copy = random.nextInt(10) == 0 ? 2 : 1; copy > 0; copy--) {
                if (random.nextDouble() >= loss) {
                    at(random.nextInt(30_000_000), () -> {
                        Grant grant = owner.answer(ReservationsTest.ask(spec, purpose, request), now, 0);
                        if (random.nextDouble() >= loss) {
                            at(random.nextInt(30_000_000), () -> {
                                if (heard.putIfAbsent(request + purpose.ordinal(), true) == null) {
                                    answer.accept(grant);
                                }
                            });
                        }
                    });
                }
            }
            at(200_000_000, () -> ask(owner, spec, purpose, request, times - 1, answer));
        }

        void run() {
            while (!events.isEmpty()) {
                Map.Entry<Long, Runnable> next = events.poll();
                now = next.getKey();
                next.getValue().run();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void ofTwoLimitsBothAreChargedOrNeither(long seed) {
        World world = new World(seed, 0.2);
        LimitSpec wide = LimitSpec.Rate.of(1, Duration.ofDays(10_000), 400);
        LimitSpec narrow = new LimitSpec.Quota(250, Window.MONTH);
        LeaseOwner wideOwner = owner(wide);
        LeaseOwner narrowOwner = owner(narrow);
        List<Long> passed = new ArrayList<>();
        List<Long> undecided = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            long request = 100L * (i + 1);
            world.at(world.random.nextInt(2_000_000_000), () -> {
                undecided.add(request);
                world.ask(wideOwner, wide, Ask.Purpose.RESERVE, request, 30, first -> {
                    if (first.tokens() == 0) {
                        undecided.remove(request);
                        return;
                    }
                    world.ask(narrowOwner, narrow, Ask.Purpose.CHARGE, request, 30, second -> {
                        undecided.remove(request);
                        Ask.Purpose end = second.tokens() == 1 ? Ask.Purpose.COMMIT : Ask.Purpose.REFUND;
                        if (second.tokens() == 1) {
                            passed.add(request);
                        }
                        world.ask(wideOwner, wide, end, request, 30, told -> {});
                    });
                });
            });
        }
        world.run();
        assertThat(undecided).as("seed %d: nobody waited in vain", seed).isEmpty();
        assertThat(passed).as("seed %d", seed).hasSize(250);
        assertThat(narrowOwner.remaining(world.now, 0)).as("seed %d", seed).isZero();
        assertThat(wideOwner.remaining(world.now + 6 * S, 0))
                .as("seed %d", seed)
                .isEqualTo(150);
    }
}
