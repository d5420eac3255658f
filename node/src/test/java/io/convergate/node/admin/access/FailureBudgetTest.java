package io.convergate.node.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureBudgetTest {
    private final AtomicLong now = new AtomicLong();
    private final FailureBudget budget = new FailureBudget(now::get);

    @Test
    void whatIsBeyondTheBudgetIsTurnedAwayAndCounted() throws UnknownHostException {
        InetAddress attacker = address(1);
        for (int i = 0; i < FailureBudget.BURST; i++) {
            assertThat(budget.failed(attacker)).hasValue(0);
        }
        assertThat(budget.failed(attacker)).isEmpty();
        assertThat(budget.failed(attacker)).isEmpty();
        assertThat(budget.failed(address(2))).hasValue(0);

        now.addAndGet(1_500_000_000L);
        assertThat(budget.failed(attacker)).isEqualTo(OptionalLong.of(2));
        assertThat(budget.failed(attacker)).isEmpty();
    }

    @Test
    void addressesBeyondTheBoundAreForgotten() throws UnknownHostException {
        for (int i = 0; i <= FailureBudget.BURST; i++) {
            budget.failed(address(0));
        }
        for (int i = 1; i <= FailureBudget.SOURCES_MAX; i++) {
            budget.failed(address(i));
        }

        assertThat(budget.failed(address(0))).hasValue(0);
    }

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    }
}
