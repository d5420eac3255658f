package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.limit.Lease.Take;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an answer means to requests that come after it. */
class LeaseTest {
    private static final long MS = 1_000_000;
    private static final LimitSpec SIX = new LimitSpec.InFlight(6);

    /** Those that waited for an ask that none of them had made were refused what lay unused on other nodes. */
    @ParameterizedTest(name = "{0} needed, {1} granted")
    @CsvSource({"0, 0, EMPTY", "1, 1, EMPTY", "2, 3, EMPTY", "1, 0, REFUSED"})
    void permitsAreRefusedOnlyByAnAnswerToARequestThatNeededThem(long needed, long granted, Take then) {
        Lease lease = new Lease(LeaseTerms.DEFAULT, SIX, 0, 0, 0);
        lease.missed(5);
        assertThat(lease.beginAsking(needed, 0)).isTrue();
        Ask ask = lease.ask(1, SIX, 1, needed, 0);
        assertThat(ask.want()).isGreaterThan(granted);
        lease.hear(ask, new Grant(1, granted, 5_000 * MS, 0, 0, 0, 0, 20 * MS), 0, MS);
        for (long i = 0; i < granted; i++) {
            assertThat(lease.take(1, 2 * MS)).isEqualTo(Take.TAKEN);
        }
        assertThat(lease.take(1, 2 * MS)).isEqualTo(then);
        assertThat(lease.mayAsk(1, 2 * MS)).isEqualTo(then == Take.EMPTY);
        assertThat(lease.mayAsk(0, 2 * MS)).as("while nobody waits").isFalse();
        assertThat(lease.mayAsk(0, 22 * MS)).isTrue();
    }
}
