package io.convergate.routing.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.retry.AttemptFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A breaker in a story of words: {@code ok}, {@code 500}, {@code slow}, {@code timeout}, {@code reset}, {@code connect}, {@code gone}
 * (given up at once) and {@code gone-late} are calls that pass and end so; {@code no} is one that is refused; {@code begin} is one that
 * goes on until {@code end-ok} or {@code end-500}; {@code +10} lets milliseconds pass; {@code C}, {@code O} and {@code H} say what it
 * must be.
 */
final class BreakerScript implements Breaker.Listener {
    static final int SLOW_MS = 100;

    final List<String> told = new ArrayList<>();
    private final Breaker breaker;
    private final List<Long> permits = new ArrayList<>();
    private long now = TimeUnit.DAYS.toNanos(1);

    BreakerScript(BreakerSettings settings) {
        breaker = new Breaker(settings, () -> now, () -> 0.5, this);
    }

    /** From half failed or all slow on, at least 4 calls of the last 10 or of 10 s; open for 1 s, 2 s, 4 s; two probes. */
    static BreakerSettings settings(WindowSize window) {
        return new BreakerSettings(
                50,
                100,
                Optional.of(Duration.ofMillis(SLOW_MS)),
                window,
                4,
                new OpenTime(Duration.ofSeconds(1), 2, Duration.ofSeconds(4), 0),
                2,
                FailureKinds.defaults(),
                BreakerSettings.Scope.CLUSTER,
                2);
    }

    @Override
    public void changed(BreakerState from, BreakerState to) {
        told.add(from + " " + to);
    }

    @Override
    public void suspicionChanged() {
        told.add("suspicion");
    }

    @Override
    public void probed(long epoch, boolean good) {
        told.add("probed " + epoch + " " + good);
    }

    Breaker breaker() {
        return breaker;
    }

    BreakerScript play(String script) {
        int at = 0;
        for (String word : script.strip().split(" +")) {
            step(word, "word " + at + ", " + word + ", of " + script);
            at++;
        }
        return this;
    }

    private void step(String word, String where) {
        switch (word) {
            case "C" -> assertThat(breaker.state()).as(where).isEqualTo(BreakerState.CLOSED);
            case "O" -> assertThat(breaker.state()).as(where).isEqualTo(BreakerState.OPEN);
            case "H" -> assertThat(breaker.state()).as(where).isEqualTo(BreakerState.HALF_OPEN);
            case "no" -> assertThat(breaker.begin()).as(where).isEqualTo(Breaker.REFUSED);
            case "begin" -> permits.add(permit(where));
            case "end-ok" -> breaker.answered(permits.remove(0), 200, -1, 0);
            case "end-500" -> breaker.answered(permits.remove(0), 500, -1, 0);
            default -> {
                if (word.startsWith("+")) {
                    now += TimeUnit.MILLISECONDS.toNanos(Long.parseLong(word.substring(1)));
                } else {
                    call(word, permit(where));
                }
            }
        }
    }

    private long permit(String where) {
        long permit = breaker.begin();
        assertThat(permit).as(where).isNotEqualTo(Breaker.REFUSED);
        return permit;
    }

    private void call(String how, long permit) {
        long slow = TimeUnit.MILLISECONDS.toNanos(SLOW_MS);
        switch (how) {
            case "ok" -> breaker.answered(permit, 200, -1, slow - 1);
            case "slow" -> breaker.answered(permit, 200, -1, slow);
            case "timeout" -> breaker.unanswered(permit, AttemptFailure.TIMEOUT, 0);
            case "reset" -> breaker.unanswered(permit, AttemptFailure.RESET, 0);
            case "connect" -> breaker.unanswered(permit, AttemptFailure.CONNECT, 0);
            case "gone" -> breaker.givenUp(permit, 0);
            case "gone-late" -> breaker.givenUp(permit, slow);
            case "unavailable" -> breaker.answered(permit, 200, 14, 0);
            case "not-found" -> breaker.answered(permit, 200, 5, 0);
            default -> breaker.answered(permit, Integer.parseInt(how), -1, 0);
        }
    }
}
