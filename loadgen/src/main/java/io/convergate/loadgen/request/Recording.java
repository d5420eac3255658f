package io.convergate.loadgen.request;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A recorded access log as requests to send again, each at its own time.
 *
 * @param requests in the order of their starts
 * @param offsetsNanos when each starts, from the first one; never changed
 * @param skipped how many lines were no request that can be sent again, such as nginx's {@code "-"}
 */
public record Recording(RequestSet requests, long[] offsetsNanos, int skipped) {
    /** How many requests a recording may have. */
    public static final int REQUESTS_MAX = 10_000_000;

    /** How many different ones. */
    public static final int DIFFERENT_MAX = 200_000;

    private static final int BODY_BYTES_MAX = 16 << 20;

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private record Key(String method, String target, String authority, int status, int bodyBytes) {}

    /**
     * Reads a log. What is expected of each answer is the status that was recorded.
     *
     * @param speed 2 is twice as fast as it was recorded
     * @throws IllegalArgumentException with {@code FILE:LINE: value (expected: rule)}
     */
    public static Recording read(Path file, double speed) throws IOException {
        if (!(speed >= 0.001 && speed <= 1_000_000)) {
            throw new IllegalArgumentException(speed + " (expected: a speed from 0.001 to 1000000)");
        }
        Map<Key, Integer> known = new HashMap<>();
        List<RequestSet.Entry> entries = new ArrayList<>();
        long[] times = new long[1024];
        int[] order = new int[1024];
        boolean[] isWhole = new boolean[1024];
        int count = 0;
        int skipped = 0;
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String line;
            while ((line = lines.readLine()) != null) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                Optional<Key> key;
                AccessLog.Line read;
                try {
                    read = AccessLog.parse(line);
                    key = key(read);
                } catch (IllegalArgumentException wrong) {
                    throw new IllegalArgumentException(file + ":" + number + ": " + wrong.getMessage(), wrong);
                }
                if (key.isEmpty()) {
                    skipped++;
                    continue;
                }
                Integer index = known.get(key.get());
                if (index == null) {
                    Optional<RequestSpec> request = request(key.get());
                    if (request.isEmpty()) {
                        skipped++;
                        continue;
                    }
                    index = entries.size();
                    known.put(key.get(), index);
                    entries.add(new RequestSet.Single(request.get(), 1));
                }
                if (count == REQUESTS_MAX || entries.size() > DIFFERENT_MAX) {
                    throw new IllegalArgumentException(file + ":" + number + ": one more request (expected: at most "
                            + REQUESTS_MAX + ", " + DIFFERENT_MAX + " different ones)");
                }
                if (count == times.length) {
                    times = Arrays.copyOf(times, count * 2);
                    order = Arrays.copyOf(order, count * 2);
                    isWhole = Arrays.copyOf(isWhole, count * 2);
                }
                times[count] = read.atNanos();
                isWhole[count] = read.isWholeSecond();
                order[count++] = index;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException(file + ": no request (expected: at least one that can be sent again)");
        }
        return new Timeline(Arrays.copyOf(times, count), Arrays.copyOf(order, count), Arrays.copyOf(isWhole, count))
                .recording(entries, skipped, speed);
    }

    private static Optional<Key> key(AccessLog.Line line) {
        return METHODS.contains(line.method()) && line.target().startsWith("/")
                ? Optional.of(new Key(line.method(), line.target(), line.authority(), line.status(), (int)
                        Math.min(BODY_BYTES_MAX, line.bodyBytes())))
                : Optional.empty();
    }

    /** The request, unless what was recorded is none that we would send. */
    private static Optional<RequestSpec> request(Key key) {
        List<RequestSpec.Header> headers = key.authority().isEmpty()
                ? List.of()
                : List.of(new RequestSpec.Header("host", Template.constant(key.authority())));
        Statuses statuses = key.status() >= 100 && key.status() <= 599 ? Statuses.of(key.status()) : Statuses.SUCCESS;
        try {
            return Optional.of(new RequestSpec(
                    name(key),
                    key.method(),
                    Template.constant(key.target()),
                    headers,
                    key.bodyBytes() == 0 ? new Body.None() : Body.Bytes.ofSize(key.bodyBytes()),
                    new Expectation(statuses, Set.of(), Set.of(), Set.of(), OptionalLong.empty(), Optional.empty())));
        } catch (IllegalArgumentException unsendable) {
            return Optional.empty();
        }
    }

    /** The method and the first part of the path: a report has a row for each. */
    private static String name(Key key) {
        String path = key.target().replaceAll("[?#].*", "");
        int second = path.indexOf('/', 1);
        return key.method() + " " + (second < 0 ? path : path.substring(0, second) + "/...");
    }
}
