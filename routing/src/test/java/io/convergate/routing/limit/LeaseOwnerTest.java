package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an owner says to the one node or the other. */
class LeaseOwnerTest {
    private static final long NOON = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();
    private static final LimitSpec DAY = new LimitSpec.Quota(3, Window.DAY);
    private static final long HALF_A_DAY = Duration.ofHours(12).toNanos();

    private final LeaseOwner owner = new LeaseOwner(1, LeaseTerms.DEFAULT, DAY, window -> Map.of(), 0);

    private Grant ask(long node, Ask.Purpose purpose, long needed, long held, long used, long request) {
        long window = Window.DAY.id(NOON);
        return owner.answer(
                new Ask(node, DAY, 1, purpose, needed, needed, held, used, window, 0, 0, 0, 0, request), 1, NOON);
    }

    @ParameterizedTest(name = "{0} held and {1} used of 3: again in a second: {2}")
    @CsvSource({"3, 0, true", "1, 2, true", "0, 3, false"})
    void whatOthersHoldAndMayGiveBackIsNotGoneUntilTheWindowEnds(long held, long used, boolean soon) {
        ask(1, Ask.Purpose.LEASE, 0, held, used, 0);
        Grant refusal = ask(2, Ask.Purpose.LEASE, 1, 0, 0, 0);
        assertThat(refusal.tokens()).isZero();
        assertThat(refusal.retryAfterNanos())
                .isEqualTo(soon ? Duration.ofSeconds(1).toNanos() : HALF_A_DAY);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"permits", "tokens of a day"})
    void anotherAmountForgetsNothingThatNodesHold(String what) {
        boolean permits = what.equals("permits");
        LimitSpec five = permits ? new LimitSpec.InFlight(5) : new LimitSpec.Quota(5, Window.DAY);
        LimitSpec six = permits ? new LimitSpec.InFlight(6) : new LimitSpec.Quota(6, Window.DAY);
        LeaseOwner changing = new LeaseOwner(1, LeaseTerms.DEFAULT, five, window -> Map.of(), 0);
        long window = permits ? 0 : Window.DAY.id(NOON);
        Ask holds = new Ask(1, five, 1, Ask.Purpose.LEASE, 0, 0, 5, 0, window, 0, 0, 0, 0, 0);
        Ask wants = new Ask(2, six, 2, Ask.Purpose.LEASE, 1, 6, 0, 0, window, 0, 0, 0, 0, 0);
        Ask wantsToo = new Ask(3, six, 2, Ask.Purpose.LEASE, 1, 6, 0, 0, window, 0, 0, 0, 0, 0);
        changing.answer(holds, 1, NOON);
        assertThat(changing.answer(wants, 1, NOON).tokens()).isEqualTo(1);
        assertThat(changing.answer(wantsToo, 1, NOON).tokens()).isZero();
    }

    @Test
    void permitsThatWereTooFewAreLentByNeedForASecond() {
        LimitSpec six = new LimitSpec.InFlight(6);
        LeaseOwner lends = new LeaseOwner(1, LeaseTerms.DEFAULT, six, window -> Map.of(), 0);
        Ask.Purpose lease = Ask.Purpose.LEASE;
        Ask wants = new Ask(2, six, 1, lease, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(lends.answer(wants, 1, NOON).tokens()).isEqualTo(3);
        lends.answer(new Ask(1, six, 1, lease, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0), 1, NOON);
        assertThat(lends.answer(wants, 1, NOON).tokens()).isZero();
        lends.answer(new Ask(1, six, 1, Ask.Purpose.GIVE_BACK, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0), 1, NOON);
        assertThat(lends.answer(wants, 1, NOON).tokens()).isEqualTo(1);
        assertThat(lends.answer(wants, Duration.ofSeconds(2).toNanos(), NOON).tokens())
                .isEqualTo(3);
    }

    @Test
    void aReportIsHeardAndGrantsAndChargesNothing() {
        Ask.Purpose lease = Ask.Purpose.LEASE;
        long window = Window.DAY.id(NOON);
        Ask quota = new Ask(1, DAY, 1, lease, 1, 3, 1, 1, window, 0, 0, 0, 0, 0);
        assertThat(owner.answer(quota.report(), 1, NOON).tokens()).isZero();
        assertThat(ask(2, lease, 2, 0, 0, 0).tokens())
                .as("one is used, one held")
                .isZero();
        assertThat(ask(2, lease, 1, 0, 0, 0).tokens()).isEqualTo(1);

        LimitSpec slow = LimitSpec.Rate.of(10, Duration.ofDays(30), 10);
        LeaseOwner bucket = new LeaseOwner(1, LeaseTerms.DEFAULT, slow, any -> Map.of(), 0);
        Ask owes = new Ask(1, slow, 1, lease, 1, 1, 0, 4, 0, 0, 0, 0, 0, 0);
        bucket.answer(owes.report(), 1, NOON);
        assertThat(bucket.answer(owes, 1, NOON).remaining()).as("charged once").isEqualTo(5);
    }

    @Test
    void whoGivesBackToANewOwnerTellsWhatThePredecessorHadLeft() {
        LimitSpec slow = LimitSpec.Rate.of(10, Duration.ofDays(30), 10);
        LeaseOwner next = new LeaseOwner(2, LeaseTerms.DEFAULT, slow, any -> Map.of(), 0);
        next.answer(new Ask(1, slow, 1, Ask.Purpose.GIVE_BACK, 0, 2, 0, 0, 0, 0, 1, 3, 0, 0), 1, NOON);
        assertThat(next.remaining(1, NOON)).isEqualTo(5);
    }

    /** What was given back first was capped away by what the second told. */
    @ParameterizedTest(name = "{0} given back with {1} left, then {2} with {3} left, {4} s older: {5}")
    @CsvSource({"2, 3, 4, 3, 0, 9", "2, 3, 4, 5, 0, 9", "2, 5, 4, 3, 0, 9", "2, 3, 4, 0, 60, 9", "2, 9, 0, 9, 60, 11"})
    void whatIsGivenBackToANewOwnerComesToWhatItsPredecessorHadLeft(
            long first, long left, long second, long leftToo, long olderSeconds, long all) {
        LimitSpec slow = LimitSpec.Rate.of(50, Duration.ofDays(30), 50);
        long age = Duration.ofSeconds(1).toNanos();
        long ageToo = age + Duration.ofSeconds(olderSeconds).toNanos();
        Ask[] asks = {
            new Ask(1, slow, 1, Ask.Purpose.GIVE_BACK, 0, first, 0, 0, 0, 0, 1, left, age, 0),
            new Ask(2, slow, 1, Ask.Purpose.GIVE_BACK, 0, second, 0, 0, 0, 0, 1, leftToo, ageToo, 0)
        };
        for (boolean turned : new boolean[] {false, true}) {
            LeaseOwner next = new LeaseOwner(2, LeaseTerms.DEFAULT, slow, any -> Map.of(), 0);
            next.answer(asks[turned ? 1 : 0], 1, NOON);
            next.answer(asks[turned ? 0 : 1], 1, NOON);
            assertThat(next.remaining(1, NOON)).as("turned: %s", turned).isEqualTo(all);
        }
    }

    @Test
    void whatANewOwnerGrantedBeforeItHeardWhatWasLeftIsGoneFromThat() {
        LimitSpec slow = LimitSpec.Rate.of(50, Duration.ofDays(30), 50);
        LeaseOwner next = new LeaseOwner(2, LeaseTerms.DEFAULT, slow, any -> Map.of(), 0);
        Ask wants = new Ask(1, slow, 1, Ask.Purpose.CHARGE, 10, 10, 0, 0, 0, 0, 0, 0, 0, 7);
        assertThat(next.answer(wants, 1, NOON).tokens()).isEqualTo(10);
        next.answer(new Ask(2, slow, 1, Ask.Purpose.GIVE_BACK, 0, 0, 0, 0, 0, 0, 1, 12, 0, 0), 1, NOON);
        assertThat(next.remaining(1, NOON)).isEqualTo(2);
    }

    /** A client was told to come again in six minutes for tokens that were there again a second later. */
    @ParameterizedTest(name = "{0} held of 10 an hour, {1} asked for: again in {2} s")
    @CsvSource({"2, 1, 1", "2, 3, 1080", "0, 1, 360"})
    void whatNodesHoldOfARateComesBackSoonerThanTheBucketFills(long held, long needed, long seconds) {
        LimitSpec slow = LimitSpec.Rate.of(10, Duration.ofHours(1), 10);
        LeaseOwner lends = new LeaseOwner(1, LeaseTerms.DEFAULT, slow, any -> Map.of(), 0);
        Ask.Purpose lease = Ask.Purpose.LEASE;
        lends.answer(new Ask(1, slow, 1, lease, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0), 0, NOON);
        lends.answer(new Ask(1, slow, 1, lease, 0, 0, held, 0, 0, 0, 1, 0, 0, 0), 0, NOON);
        Grant refusal = lends.answer(new Ask(2, slow, 1, lease, needed, needed, 0, 0, 0, 0, 0, 0, 0, 0), 0, NOON);
        assertThat(refusal.tokens()).isZero();
        assertThat(refusal.retryAfterNanos())
                .isEqualTo(Duration.ofSeconds(seconds).toNanos());
    }

    /** It was told to come again in a second for what was its own node's already. */
    @ParameterizedTest(name = "of a {0}")
    @CsvSource({"rate, 1080", "quota, 43200"})
    void whatWhoAsksHoldsItselfIsNotWhatComesBack(String sort, long seconds) {
        boolean rate = sort.equals("rate");
        LimitSpec ten = rate ? LimitSpec.Rate.of(10, Duration.ofHours(1), 10) : new LimitSpec.Quota(10, Window.DAY);
        LeaseOwner lends = new LeaseOwner(1, LeaseTerms.DEFAULT, ten, any -> Map.of(), 0);
        Ask.Purpose lease = Ask.Purpose.LEASE;
        long window = rate ? 0 : Window.DAY.id(NOON);
        lends.answer(new Ask(1, ten, 1, lease, 10, 10, 0, 0, window, 0, 0, 0, 0, 0), 0, NOON);
        long used = rate ? 0 : 6;
        Grant refusal = lends.answer(new Ask(1, ten, 1, lease, 3, 3, 4, used, window, 0, 1, 0, 0, 0), 0, NOON);
        assertThat(refusal.tokens()).isZero();
        assertThat(refusal.retryAfterNanos())
                .isEqualTo(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void aRefundIsThereAgain() {
        LimitSpec slow = LimitSpec.Rate.of(10, Duration.ofHours(1), 10);
        LeaseOwner lends = new LeaseOwner(1, LeaseTerms.DEFAULT, slow, any -> Map.of(), 0);
        Ask asks = new Ask(1, slow, 1, Ask.Purpose.LEASE, 2, 2, 0, 3, 0, 0, 0, 0, 0, 0);
        Grant late = lends.answer(asks, 0, NOON);
        lends.answer(asks.refund(5, late), 0, NOON);
        assertThat(lends.remaining(0, NOON)).isEqualTo(10);
    }

    @Test
    void whatIsSetAsideMayComeBackToo() {
        ask(1, Ask.Purpose.RESERVE, 3, 0, 0, 7);
        assertThat(ask(2, Ask.Purpose.CHARGE, 1, 0, 0, 8).retryAfterNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }
}
