package io.convergate.routing.action;

import java.util.random.RandomGenerator;

/**
 * How many of the requests something happens to.
 *
 * @param perMillion 0 to 1,000,000: the precision of Istio's percentages
 */
public record Share(int perMillion) {
    /** Nobody. */
    public static final Share NONE = new Share(0);

    /** Everybody. */
    public static final Share ALL = new Share(1_000_000);

    public Share {
        if (perMillion < 0 || perMillion > 1_000_000) {
            throw new IllegalArgumentException(perMillion + " (expected: 0 to 1,000,000)");
        }
    }

    /** The share that a percentage is. */
    public static Share ofPercent(double percent) {
        return new Share((int) Math.round(percent * 10_000));
    }

    /** Whether it happens to this one. */
    public boolean draw(RandomGenerator random) {
        return perMillion > 0 && (perMillion == 1_000_000 || random.nextInt(1_000_000) < perMillion);
    }
}
