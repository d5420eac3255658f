package io.convergate.node.admin.kube;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Bounds of the protocol.
 *
 * @param bodyBytesMax the largest body of a write, in bytes
 * @param bodyTimeout how long a body may take to arrive
 * @param writesMax how many writes at a time; one more is told to come back later
 * @param watchesMax how many watches at a time; one more is told to come back later
 * @param watchEventsMax how many events may wait for a client that reads slowly; then its watch ends, and it has to list again
 * @param watchBytesMax how many bytes may wait for it
 * @param watchDuration how long a watch lasts at most; a client then watches anew
 * @param heartbeat how often a watch without events shows that it lives; shorter than any idle timeout on the way
 * @param reachTimeout how long to wait for a version that another node has given and this one has not reached
 * @param eventsMax how many events ({@code kubectl get events}) are kept
 * @param eventsTimeout how long the other nodes have to tell theirs when somebody asks
 */
public record KubeSettings(
        int bodyBytesMax,
        Duration bodyTimeout,
        int writesMax,
        int watchesMax,
        int watchEventsMax,
        int watchBytesMax,
        Duration watchDuration,
        Duration heartbeat,
        Duration reachTimeout,
        int eventsMax,
        Duration eventsTimeout) {
    private static final String SECTION = "convergate.admin.kubernetes.";
    private static final long BYTES_MAX = 1 << 30;

    /**
     * Reads the section {@code convergate.admin.kubernetes} of a node's configuration.
     *
     * @throws IllegalArgumentException if a value makes no sense; the message names it
     */
    public static KubeSettings of(Config config) {
        return new KubeSettings(
                bytes(config, "body-bytes-max"),
                time(config, "body-timeout"),
                number(config, "writes-max", 1),
                number(config, "watches-max", 0),
                number(config, "watch-events-max", 1),
                bytes(config, "watch-bytes-max"),
                time(config, "watch-duration"),
                time(config, "heartbeat"),
                time(config, "reach-timeout"),
                number(config, "events-max", 1),
                time(config, "events-timeout"));
    }

    private static int number(Config config, String key, int least) {
        String rule = "a whole number, " + least + " or more";
        return read(config, key, rule, config::getInt, value -> value >= least);
    }

    private static int bytes(Config config, String key) {
        String rule = "bytes, such as 3 MiB, from 1 to 1 GiB";
        return read(config, key, rule, config::getBytes, value -> value >= 1 && value <= BYTES_MAX)
                .intValue();
    }

    private static Duration time(Config config, String key) {
        return read(
                config,
                key,
                "a time, such as 30 s, more than 0",
                config::getDuration,
                value -> value.compareTo(Duration.ZERO) > 0);
    }

    private static <T> T read(Config config, String key, String rule, Function<String, T> reader, Predicate<T> sound) {
        String path = SECTION + key;
        try {
            T value = reader.apply(path);
            if (sound.test(value)) {
                return value;
            }
        } catch (ConfigException.WrongType | ConfigException.BadValue e) {
            // said below
        }
        throw new IllegalArgumentException(
                "-D" + path + "=" + config.getValue(path).unwrapped() + " (expected: " + rule + ")");
    }

    public KubeSettings {
        if (bodyBytesMax < 1
                || writesMax < 1
                || watchesMax < 0
                || watchEventsMax < 1
                || watchBytesMax < 1
                || eventsMax < 1) {
            throw new IllegalArgumentException("limits (expected: at least 1)");
        }
    }
}
