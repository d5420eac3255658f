package io.convergate.routing.limit;

/**
 * A limit that one node keeps by itself for one key: the whole of it, or its share while the owner cannot be asked. Not
 * thread-safe.
 */
public abstract sealed class LocalLimit {
    private LocalLimit() {}

    /** The limit, nothing of it used. */
    public static LocalLimit of(LimitSpec spec, long nowNanos) {
        if (spec instanceof LimitSpec.Rate rate) {
            return new Bucket(rate, nowNanos);
        }
        return spec instanceof LimitSpec.Quota quota ? new Fixed(quota) : new Permits((LimitSpec.InFlight) spec);
    }

    /**
     * Takes so many, all or none.
     *
     * @return 0 if they are taken, else in how many nanoseconds it is worth another try
     */
    public abstract long take(long count, long nowNanos, long epochMillis);

    /** Takes what has been used already, even beyond the limit. */
    public abstract void charge(long count, long nowNanos, long epochMillis);

    /** Puts back what was taken and not used, or is in flight no more. */
    public abstract void giveBack(long count, long nowNanos, long epochMillis);

    /** How many could be taken; not below zero. */
    public abstract long remaining(long nowNanos, long epochMillis);

    /** A rate. */
    private static final class Bucket extends LocalLimit {
        private final TokenBucket bucket;

        Bucket(LimitSpec.Rate rate, long nowNanos) {
            this.bucket = new TokenBucket(rate, nowNanos);
        }

        @Override
        public long take(long count, long nowNanos, long epochMillis) {
            return bucket.take(count, nowNanos) ? 0 : bucket.nanosUntil(count, nowNanos);
        }

        @Override
        public void charge(long count, long nowNanos, long epochMillis) {
            bucket.charge(count, nowNanos);
        }

        @Override
        public void giveBack(long count, long nowNanos, long epochMillis) {
            bucket.giveBack(count, nowNanos);
        }

        @Override
        public long remaining(long nowNanos, long epochMillis) {
            return Math.max(0, bucket.available(nowNanos));
        }
    }

    /** A quota. */
    private static final class Fixed extends LocalLimit {
        private final LimitSpec.Quota quota;
        private long window = Long.MIN_VALUE;
        private long used;

        Fixed(LimitSpec.Quota quota) {
            this.quota = quota;
        }

        /** A clock that goes back opens no window a second time. */
        private void turn(long epochMillis) {
            long now = quota.window().id(epochMillis);
            if (now > window) {
                window = now;
                used = 0;
            }
        }

        @Override
        public long take(long count, long nowNanos, long epochMillis) {
            turn(epochMillis);
            if (used + count > quota.amount()) {
                return count > quota.amount()
                        ? Long.MAX_VALUE
                        : Math.max(1, quota.window().endMillis(window) - epochMillis) * 1_000_000;
            }
            used += count;
            return 0;
        }

        @Override
        public void charge(long count, long nowNanos, long epochMillis) {
            turn(epochMillis);
            used += count;
        }

        @Override
        public void giveBack(long count, long nowNanos, long epochMillis) {
            turn(epochMillis);
            used = Math.max(0, used - count);
        }

        @Override
        public long remaining(long nowNanos, long epochMillis) {
            turn(epochMillis);
            return Math.max(0, quota.amount() - used);
        }
    }

    /** Requests in flight. */
    private static final class Permits extends LocalLimit {
        /** When it is worth another try nobody knows: when some request ends. */
        private static final long SOON_NANOS = 1_000_000_000;

        private final LimitSpec.InFlight limit;
        private long taken;

        Permits(LimitSpec.InFlight limit) {
            this.limit = limit;
        }

        @Override
        public long take(long count, long nowNanos, long epochMillis) {
            if (taken + count > limit.amount()) {
                return count > limit.amount() ? Long.MAX_VALUE : SOON_NANOS;
            }
            taken += count;
            return 0;
        }

        @Override
        public void charge(long count, long nowNanos, long epochMillis) {
            taken += count;
        }

        @Override
        public void giveBack(long count, long nowNanos, long epochMillis) {
            taken = Math.max(0, taken - count);
        }

        @Override
        public long remaining(long nowNanos, long epochMillis) {
            return Math.max(0, limit.amount() - taken);
        }
    }
}
