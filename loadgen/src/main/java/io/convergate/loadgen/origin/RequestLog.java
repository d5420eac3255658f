package io.convergate.loadgen.origin;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What an origin saw: the newest requests in memory, all of them in a {@link LogFile} if there is one. Thread-safe. */
final class RequestLog implements AutoCloseable {
    private final int max;
    private final Deque<SeenRequest> newest = new ArrayDeque<>();
    private final Optional<LogFile> file;
    private long sequence;

    RequestLog(int max, Optional<Path> file) {
        this.max = max;
        this.file = file.map(LogFile::open);
    }

    /** Writes a request down and gives it the next number. */
    synchronized long add(String origin, String requestId, String method, String path, String treatment) {
        if (max > 0 || file.isPresent()) {
            SeenRequest seen = new SeenRequest(
                    origin, sequence + 1, System.currentTimeMillis(), requestId, method, path, treatment);
            if (max > 0) {
                if (newest.size() == max) {
                    newest.removeFirst();
                }
                newest.addLast(seen);
            }
            if (file.isPresent()) {
                file.get().add(seen);
            }
        }
        return ++sequence;
    }

    synchronized List<SeenRequest> newest() {
        return new ArrayList<>(newest);
    }

    /** How many requests there were. */
    synchronized long count() {
        return sequence;
    }

    /** How many of them the file misses; 0 without a file. */
    long dropped() {
        return file.map(LogFile::dropped).orElse(0L);
    }

    @Override
    public void close() {
        file.ifPresent(LogFile::close);
    }
}
