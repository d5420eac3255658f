package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.limits.Charge;
import io.convergate.node.limits.KeyedLimit;
import io.convergate.node.limits.KeyedLimit.Answer;
import io.convergate.node.limits.LimitRuntime;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitSpec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request before its limits: it must pass all of them, and if one refuses, none is charged. What a node can decide by
 * itself is decided at once; else the request waits for the owner of a key, no longer than the node's wait. Limits that the
 * owner is asked for every time come last, so that it is not asked in vain: all but the last of them set aside what the
 * request costs, the last one charges it, and then the others are told to. Confined to the loop of its exchange.
 *
 * <p>Fields: RFC 9110 10.2.3 for Retry-After; draft-ietf-httpapi-ratelimit-headers-10 for RateLimit and RateLimit-Policy.
 */
final class LimitCheck {
    private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
    private static final HeaderName RATE_LIMIT = HeaderName.of("ratelimit");
    private static final HeaderName RATE_LIMIT_POLICY = HeaderName.of("ratelimit-policy");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<RateLimit> limits;
    private final RequestView view;
    private final Exchange exchange;
    private final KeyHash hash;
    private final @Nullable KeyedLimit[] keys;
    private final Answer[] answers;
    private final @Nullable Charge[] charges;
    private @Nullable Runnable whenDecided;
    private @Nullable Runnable awaited;
    private EdgeLoop.@Nullable Cancellable deadline;
    private int waitsFor = -1;

    /** Whether the owner that is waited for had most of the wait; one that had not may only be the second in line. */
    private boolean hadTime;

    private int refusedBy = -1;
    private boolean pending;
    private boolean over;
    private long began;

    LimitCheck(List<RateLimit> limits, RequestView view, Exchange exchange, KeyHash hash) {
        this.limits = limits;
        this.view = view;
        this.exchange = exchange;
        this.hash = hash;
        this.keys = new KeyedLimit[limits.size()];
        this.answers = new Answer[limits.size()];
        this.charges = new Charge[limits.size()];
    }

    /** What is decided. */
    enum Outcome {
        PASSED,
        REFUSED,
        PENDING
    }

    /**
     * Decides, now or later.
     *
     * @param later runs on the loop when it is decided, if that is not now; then {@link #isRefused} tells what
     */
    Outcome begin(Runnable later) {
        whenDecided = later;
        began = now();
        for (int i = 0; i < keys.length; i++) {
            RateLimit limit = limits.get(i);
            if (limit.appliesTo(view)) {
                keys[i] = runtime(i).key(limit.key(hash, view), began);
            }
        }
        return attempt(began);
    }

    boolean isRefused() {
        return refusedBy >= 0;
    }

    private LimitRuntime runtime(int i) {
        return (LimitRuntime) limits.get(i).attachment();
    }

    private static boolean isStrict(RateLimit limit) {
        return limit.info().mode() == RateLimit.Mode.STRICT;
    }

    private Outcome attempt(long nowNanos) {
        for (int strict = 0; strict < 2; strict++) {
            for (int i = 0; i < keys.length; i++) {
                KeyedLimit key = keys[i];
                if (key == null || answers[i] != null || isStrict(limits.get(i)) != (strict == 1)) {
                    continue;
                }
                Answer answer = key.take(limits.get(i).cost(), nowNanos);
                if (answer == Answer.WAIT) {
                    if (await(i, key)) {
                        if (strict == 0) {
                            undo(); // what others might use is not held while this one waits
                        }
                        return Outcome.PENDING;
                    }
                    answer = key.unavailable(limits.get(i).cost(), now());
                }
                if (!accepted(i, answer)) {
                    return Outcome.REFUSED;
                }
            }
        }
        passed();
        return Outcome.PASSED;
    }

    /** The same for all limits of a node. */
    private long now() {
        return runtime(0).nanoTime();
    }

    /** Notes an answer; false if it refuses the request. */
    private boolean accepted(int i, Answer answer) {
        if (answer != Answer.REFUSED) {
            answers[i] = answer;
            return true;
        }
        runtime(i).count(false);
        if (limits.get(i).info().shadow()) {
            answers[i] = Answer.REFUSED; // it passes all the same
            return true;
        }
        undo();
        refusedBy = i;
        return false;
    }

    private void undo() {
        for (int i = 0; i < keys.length; i++) {
            release(i, limits.get(i).cost());
            if (answers[i] != Answer.REFUSED) { // what a shadow would refuse is counted once
                answers[i] = null;
            }
        }
    }

    private void release(int i, long cost) {
        KeyedLimit key = keys[i];
        Answer answer = answers[i];
        Charge charge = charges[i];
        if (charge != null) {
            charges[i] = null;
            charge.release();
        } else if (key != null && (answer == Answer.PASSED || answer == Answer.PASSED_BY_SHARE)) {
            key.giveBack(cost, answer == Answer.PASSED_BY_SHARE, now());
        }
    }

    private void passed() {
        for (int i = 0; i < keys.length; i++) {
            Charge charge = charges[i];
            if (charge != null) {
                charges[i] = null;
                charge.commit();
            }
            if (keys[i] != null && answers[i] != Answer.REFUSED) {
                runtime(i).count(true);
            }
        }
    }

    // waiting

    private boolean await(int i, KeyedLimit key) {
        long left = began + runtime(i).waitMaxNanos() - now();
        if (left <= 0) {
            return false; // spent on other keys: that says nothing of this one's owner
        }
        hadTime = left > runtime(i).waitMaxNanos() / 2;
        EdgeLoop loop = exchange.loop();
        waitsFor = i;
        pending = true;
        deadline = loop.schedule(left, () -> timedOut(i, key));
        if (isStrict(limits.get(i))) {
            Runnable mine = () -> {};
            awaited = mine;
            long cost = limits.get(i).cost();
            Consumer<Grant> answer = grant -> loop.execute(() -> charged(i, grant, mine));
            charges[i] = isLastStrict(i) ? key.charge(cost, answer) : key.reserve(cost, answer);
            return true;
        }
        Runnable[] again = new Runnable[1];
        again[0] = () -> loop.execute(() -> {
            if (awaited == again[0]) {
                goOn();
            }
        });
        awaited = again[0];
        if (!key.await(again[0])) {
            stopWaiting();
            return false;
        }
        return true;
    }

    private boolean isLastStrict(int i) {
        for (int other = i + 1; other < keys.length; other++) {
            if (keys[other] != null && isStrict(limits.get(other))) {
                return false;
            }
        }
        return true;
    }

    private void charged(int i, Grant grant, Runnable mine) {
        if (awaited != mine) {
            return; // decided without it, and released
        }
        stopWaiting();
        boolean granted = grant.tokens() >= limits.get(i).cost();
        if (!granted) {
            charges[i] = null; // nothing is charged
        }
        decided(accepted(i, granted ? Answer.PASSED : Answer.REFUSED) ? attempt(now()) : Outcome.REFUSED);
    }

    private void goOn() {
        stopWaiting();
        decided(attempt(now()));
    }

    private void timedOut(int i, KeyedLimit key) {
        deadline = null;
        if (waitsFor != i) {
            return;
        }
        Runnable waiting = awaited;
        stopWaiting();
        if (waiting != null) {
            key.abandon(waiting);
        }
        if (hadTime) {
            key.giveUp(now());
        }
        Charge unanswered = charges[i];
        if (unanswered != null) {
            charges[i] = null;
            unanswered.release();
        }
        boolean passes = !isStrict(limits.get(i))
                || accepted(i, key.unavailable(limits.get(i).cost(), now()));
        decided(passes ? attempt(now()) : Outcome.REFUSED);
    }

    private void stopWaiting() {
        waitsFor = -1;
        awaited = null;
        pending = false;
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private void decided(Outcome outcome) {
        if (outcome != Outcome.PENDING && whenDecided != null) {
            whenDecided.run();
        }
    }

    // afterwards

    /** What the response says that the request cost. */
    void responded(Fields response) {
        for (int i = 0; i < keys.length; i++) {
            KeyedLimit key = keys[i];
            String name = limits.get(i).costHeader();
            if (key != null && name != null && answers[i] == Answer.PASSED) {
                long cost = parse(response.joined(name));
                if (cost >= 0 && cost != limits.get(i).cost()) {
                    key.charge(cost - limits.get(i).cost(), now());
                }
            }
        }
    }

    private static long parse(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 9) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    /** The request is over: what was in flight is no more. */
    void finished() {
        if (over) {
            return;
        }
        over = true;
        if (pending) {
            KeyedLimit key = waitsFor < 0 ? null : keys[waitsFor];
            Runnable waiting = awaited;
            stopWaiting();
            if (key != null && waiting != null) {
                key.abandon(waiting);
            }
            undo(); // also what is asked for and not answered yet
            return;
        }
        for (int i = 0; i < keys.length; i++) {
            if (limits.get(i).info().spec() instanceof LimitSpec.InFlight) {
                release(i, limits.get(i).cost());
            }
        }
    }

    /** The limit that refused. */
    RateLimit refusing() {
        return limits.get(refusedBy);
    }

    /** Says on a refusal when to come again and what is left. */
    void tellRefusal(Fields fields) {
        KeyedLimit key = keys[refusedBy];
        if (key == null) {
            return;
        }
        long wait = key.retryAfterNanos(refusing().cost(), now());
        if (wait < Long.MAX_VALUE) {
            fields.add(RETRY_AFTER, Long.toString(seconds(wait)));
        }
        if (refusing().refusal().tell() != RateLimit.Tell.NEVER) {
            tell(fields, refusedBy, 0, wait);
        }
    }

    /** Says on a response what is left, for those limits that always do. */
    void tell(Fields fields) {
        for (int i = 0; i < keys.length; i++) {
            KeyedLimit key = keys[i];
            if (key != null && limits.get(i).refusal().tell() == RateLimit.Tell.ALWAYS) {
                boolean refused = answers[i] == Answer.REFUSED;
                long wait = refused ? key.retryAfterNanos(limits.get(i).cost(), now()) : 0;
                tell(fields, i, refused ? 0 : key.remaining(now()), wait);
            }
        }
    }

    private void tell(Fields fields, int i, long remaining, long wait) {
        RateLimit.Info info = limits.get(i).info();
        LimitSpec spec = info.spec();
        String name = '"' + info.rule() + '"';
        String policy = name + ";q=" + spec.amount();
        fields.add(
                RATE_LIMIT_POLICY,
                spec.seconds() == 0 ? policy + ";qu=\"concurrent-requests\"" : policy + ";w=" + spec.seconds());
        String left = name + ";r=" + remaining;
        fields.add(RATE_LIMIT, wait == 0 || wait == Long.MAX_VALUE ? left : left + ";t=" + seconds(wait));
    }

    private static long seconds(long nanos) {
        return Math.max(1, (nanos + SECOND - 1) / SECOND);
    }
}
