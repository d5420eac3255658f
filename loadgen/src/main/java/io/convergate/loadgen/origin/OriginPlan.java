package io.convergate.loadgen.origin;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What origin to run.
 *
 * @param label the version label it answers with
 * @param address where it listens; port 0 is any free one
 * @param control where its control API listens; empty for none
 * @param threads event loops, 1 to 64
 * @param seed of every draw it makes
 * @param logMax how many of the newest requests it keeps in memory, 0 to 10,000,000
 * @param logFile where it writes every request, a line of JSON each; empty for nowhere
 */
public record OriginPlan(
        String label,
        InetSocketAddress address,
        Optional<InetSocketAddress> control,
        int threads,
        long seed,
        int logMax,
        Optional<Path> logFile) {
    private static final int LOG_MAX = 100_000;

    public OriginPlan {
        if (!label.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "label " + label + " (expected: 1 to 100 letters, digits, dots, hyphens or underscores)");
        }
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("threads " + threads + " (expected: 1 to 64)");
        }
        if (logMax < 0 || logMax > 10_000_000) {
            throw new IllegalArgumentException("log of " + logMax + " (expected: 0 to 10000000)");
        }
    }

    /** One on a free port of an address, with one event loop and no control API. */
    public static OriginPlan of(String label, String host) {
        return new OriginPlan(label, new InetSocketAddress(host, 0), Optional.empty(), 1, 1, LOG_MAX, Optional.empty());
    }
}
