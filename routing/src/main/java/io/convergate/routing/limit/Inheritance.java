package io.convergate.routing.limit;

import java.util.concurrent.TimeUnit;

/**
 * What a new owner's bucket begins with: what its predecessor had left, as nodes tell it by the last answer that each of them heard.
 * Apart from the bucket itself, so that what the new owner has granted and got back meanwhile counts, whoever tells first.
 *
 * <p>The youngest word holds. Of words that are less than {@link #APART_NANOS} apart nobody knows which is the younger, for an answer may
 * have been that long on its way: of those it is the least. Not thread-safe; times are nanoseconds of one monotonic clock.
 */
final class Inheritance {
    /** No node hears an answer that took longer, nor is an ask kept longer for an owner that is still to come. */
    static final long APART_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What the predecessor had left, and what has come of it since. */
    private final TokenBucket left;

    private boolean known;
    private long knownOfNanos;

    /** Of a predecessor that left a full bucket, as far as anybody has said. */
    Inheritance(LimitSpec.Rate rate, long nowNanos) {
        this.left = new TokenBucket(rate, nowNanos);
    }

    /**
     * A node tells.
     *
     * @return how much more the owner's bucket holds by that than was thought; below zero for less
     */
    long heard(Ask ask, LimitSpec.Rate rate, long nowNanos) {
        left.become(rate, nowNanos);
        long ofNanos = nowNanos - ask.lastAgeNanos();
        if (known && knownOfNanos - ofNanos > APART_NANOS) {
            return 0;
        }
        boolean younger = !known || ofNanos - knownOfNanos > APART_NANOS;
        knownOfNanos = known ? Math.max(knownOfNanos, ofNanos) : ofNanos;
        known = true;
        long was = left.available(nowNanos);
        long is = rate.after(ask.lastRemaining(), ask.lastAgeNanos());
        if (is < was) {
            left.charge(was - is, nowNanos);
        } else if (younger) {
            left.giveBack(is - was, nowNanos);
        } else {
            return 0;
        }
        return is - was;
    }
}
