package io.convergate.config.tls;

import io.convergate.config.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is read from files, and read anew when they have changed. Files that cannot be used take nothing away: what was
 * read before stays, and the log says why, once for each state of the files. {@link #get} may be called on any thread and never
 * waits.
 *
 * @param <T> what is made of the files; immutable
 */
public final class Watched<T> implements Supplier<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    private final String name;
    private final List<NamedFile> files;
    private final Reading<T> reading;
    private volatile T current;
    private List<Hash> looked;
    private String trouble = "";

    /**
     * Makes something of the content of files.
     *
     * @param <T> what is made
     */
    @FunctionalInterface
    public interface Reading<T> {
        /**
         * @param contents what is in each of the files
         * @throws UnusableFileException if nothing can be made of it
         */
        T read(List<byte[]> contents) throws UnusableFileException;
    }

    private Watched(String name, List<NamedFile> files, Reading<T> reading, List<byte[]> contents)
            throws UnusableFileException {
        this.name = name;
        this.files = List.copyOf(files);
        this.reading = reading;
        this.looked = hashes(contents);
        this.current = reading.read(contents);
    }

    /**
     * Reads files for the first time.
     *
     * @param name what it is, for the log
     * @throws IllegalArgumentException if they cannot be used; the message says which one and why
     */
    public static <T> Watched<T> of(String name, List<NamedFile> files, Reading<T> reading) {
        try {
            return new Watched<>(name, files, reading, contents(files));
        } catch (UnusableFileException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** What it is. */
    String name() {
        return name;
    }

    /** What was read last. */
    @Override
    public T get() {
        return current;
    }

    /** Reads the files again; on one thread at a time. Returns whether there is something new. */
    synchronized boolean look() {
        try {
            List<byte[]> contents = contents(files);
            List<Hash> now = hashes(contents);
            if (!now.equals(looked)) {
                current = reading.read(contents);
                looked = now;
                trouble = "";
                LOG.info("{}: read again, now {}", name, current);
                return true;
            }
            trouble = "";
        } catch (UnusableFileException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                trouble = message;
                LOG.warn("{}: the old one stays, the new one cannot be used: {}", name, message);
            }
        }
        return false;
    }

    private static List<byte[]> contents(List<NamedFile> files) throws UnusableFileException {
        List<byte[]> contents = new ArrayList<>();
        for (NamedFile file : files) {
            contents.add(file.read());
        }
        return contents;
    }

    private static List<Hash> hashes(List<byte[]> contents) {
        return contents.stream().map(Hash::of).toList();
    }
}
