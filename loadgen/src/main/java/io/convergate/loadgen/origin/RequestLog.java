package io.convergate.loadgen.origin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an origin saw: the newest requests in memory, all of them in a file if there is one. Writing to the file is buffered and done
 * on the loop that took the request, once a few hundred are together. Thread-safe.
 */
final class RequestLog implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final int max;
    private final Deque<SeenRequest> newest = new ArrayDeque<>();
    private final @Nullable BufferedWriter file;
    private long sequence;

    RequestLog(int max, Optional<Path> file) {
        this.max = max;
        try {
            this.file = file.isEmpty()
                    ? null
                    : Files.newBufferedWriter(file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(file.get() + " cannot be written", e);
        }
    }

    /** Writes a request down and gives it the next number. */
    synchronized long add(String origin, String requestId, String method, String path, String treatment) {
        SeenRequest seen =
                new SeenRequest(origin, ++sequence, System.currentTimeMillis(), requestId, method, path, treatment);
        if (max > 0) {
            if (newest.size() == max) {
                newest.removeFirst();
            }
            newest.addLast(seen);
        }
        if (file != null) {
            write(file, seen);
        }
        return sequence;
    }

    private static void write(BufferedWriter file, SeenRequest seen) {
        try {
            file.write(JSON.writeValueAsString(seen));
            file.newLine();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException("the log of requests cannot be written", e);
        }
    }

    synchronized List<SeenRequest> newest() {
        return new ArrayList<>(newest);
    }

    /** How many requests there were. */
    synchronized long count() {
        return sequence;
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the log of requests cannot be written", e);
            }
        }
    }
}
