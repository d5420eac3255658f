package io.convergate.loadgen.request;

/**
 * What the templates of one request may say: its number, its session, and random values that depend on the seed and the number
 * alone, so that a run with the same seed sends the same requests whatever its threads. Reused from request to request; confined to
 * one thread.
 */
public final class Variables {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final String idPrefix;
    private long number;
    private String session = "";
    private long state;

    /** @param idPrefix what the ids of this run's requests begin with */
    public Variables(long seed, String idPrefix) {
        this.seed = seed;
        this.idPrefix = idPrefix;
    }

    /** Turns to another request. */
    public void begin(long number, String session) {
        this.number = number;
        this.session = session;
        this.state = mix(seed + number * GOLDEN);
    }

    /** The request's number, from 0 in planned order. */
    public long number() {
        return number;
    }

    /** The session's name, or empty. */
    public String session() {
        return session;
    }

    /** The request's id, unique among runs with different prefixes. */
    public String id() {
        return idPrefix + number;
    }

    String idPrefix() {
        return idPrefix;
    }

    /** The next random value of this request. */
    long random() {
        state += GOLDEN;
        return mix(state);
    }

    /** A random value from 0 to {@code bound} - 1. */
    public int below(int bound) {
        return (int) Math.floorMod(random(), (long) bound);
    }

    // SplitMix64's finaliser (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
