package io.convergate.routing.limit;

/**
 * A bucket of tokens that fills evenly, exact to the nanosecond: what does not make a whole token yet is carried on, so that
 * over any time no token is lost or made by rounding. It may be in debt. Times are nanoseconds of one monotonic clock; a
 * time before the last one counts as the last one. Not thread-safe.
 */
final class TokenBucket {
    private LimitSpec.Rate rate;
    private long tokens;

    /** What has come of the next token, in parts of {@code periodNanos}. */
    private long carry;

    private long at;

    /** A full bucket. */
    TokenBucket(LimitSpec.Rate rate, long nowNanos) {
        this.rate = rate;
        this.tokens = rate.burst();
        this.at = nowNanos;
    }

    /** The tokens there are; below zero for a debt. */
    long available(long nowNanos) {
        refill(nowNanos);
        return tokens;
    }

    boolean take(long count, long nowNanos) {
        refill(nowNanos);
        if (tokens < count) {
            return false;
        }
        tokens -= count;
        return true;
    }

    /** Takes what has been used already, into debt if need be. */
    void charge(long count, long nowNanos) {
        refill(nowNanos);
        tokens = Math.max(-LimitSpec.AMOUNT_MAX, tokens - count);
    }

    /** Puts back what was taken and not used, as far as there is room. */
    void giveBack(long count, long nowNanos) {
        refill(nowNanos);
        tokens = Math.min(rate.burst(), tokens + count);
    }

    /** Holds no more than this. */
    void cap(long most, long nowNanos) {
        refill(nowNanos);
        tokens = Math.min(tokens, most);
    }

    /** The nanoseconds until so many tokens are there; 0 if they are; for ever if there is never room for them. */
    long nanosUntil(long count, long nowNanos) {
        refill(nowNanos);
        if (tokens >= count) {
            return 0;
        }
        if (count > rate.burst()) {
            return Long.MAX_VALUE;
        }
        long missing = count - tokens;
        if (missing > Long.MAX_VALUE / rate.periodNanos()) {
            return (long) ((double) missing * rate.periodNanos() / rate.amount());
        }
        return Math.max(1, -Math.floorDiv(carry - missing * rate.periodNanos(), rate.amount()));
    }

    /** Goes on with another rate and what it holds. */
    void become(LimitSpec.Rate other, long nowNanos) {
        if (!other.equals(rate)) {
            refill(nowNanos);
            rate = other;
            carry = 0;
            tokens = Math.min(tokens, other.burst());
        }
    }

    private void refill(long nowNanos) {
        long elapsed = nowNanos - at;
        if (elapsed <= 0) {
            return;
        }
        at = nowNanos;
        // As much at a time as a long can hold.
        long stepMax = Math.max(1, (Long.MAX_VALUE - rate.periodNanos()) / rate.amount());
        while (elapsed > 0 && tokens < rate.burst()) {
            long step = Math.min(elapsed, stepMax);
            long parts = step * rate.amount() + carry;
            tokens += parts / rate.periodNanos();
            carry = parts % rate.periodNanos();
            elapsed -= step;
        }
        if (tokens >= rate.burst()) {
            tokens = rate.burst();
            carry = 0;
        }
    }
}
