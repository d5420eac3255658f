package io.convergate.config.store;

import io.convergate.config.StoreException;
import io.convergate.config.block.ByteWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on disk: a file of records, only ever appended to, or replaced as a whole by a shorter one. Each record is its
 * length (4 bytes), its bytes, and a CRC-32C over both. What is torn at the end, by a crash in the middle of a write, is
 * cut off when the log is opened. A write that fails, as on a full disk, leaves nothing behind and can be tried again; after a
 * failed {@link #force} nobody knows what is on disk, so nothing more is written. Confined to one thread.
 */
final class StoreLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLog.class);

    /** What the file starts with; the last byte is the version of the format. */
    static final byte[] MAGIC = {'C', 'V', 'G', 'S', 'T', 'O', 'R', 1};

    /** What files that cannot be read are called from then on, with the time behind it. */
    private static final String ASIDE = "config.log.damaged-";

    private static final int ASIDE_MAX = 3;

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path file;
    private final FileChannel lockFile;
    private FileChannel channel;
    private boolean failed;

    private StoreLog(Path file, FileChannel lockFile, FileChannel channel) {
        this.file = file;
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Opens the log of a directory, which is created if it is absent, and cuts off what is damaged.
     *
     * @param replay gets every record, oldest first
     * @return the log, and whether something was cut off
     * @throws StoreException if the directory cannot be used
     */
    static Opened open(Path directory, Consumer<LogRecord> replay) {
        try {
            Files.createDirectories(directory);
            FileChannel lockFile = lock(directory.resolve("lock"));
            try {
                return open(directory.resolve("config.log"), lockFile, replay);
            } catch (IOException | RuntimeException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be used: " + e, e);
        }
    }

    private static Opened open(Path file, FileChannel lockFile, Consumer<LogRecord> replay) throws IOException {
        boolean lost = setAsideIfUnreadable(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.size() == 0) {
                write(channel, ByteBuffer.wrap(MAGIC));
                channel.force(true);
                forceDirectory(file.toAbsolutePath().getParent());
            }
            long size = channel.size();
            LogScan.Found found = LogScan.read(file, replay);
            channel.truncate(found.soundEnd());
            channel.position(found.soundEnd());
            StoreLog log = new StoreLog(file, lockFile, channel);
            return new Opened(log, lost || found.holes() || found.soundEnd() < size, found.holes(), lost);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Keeps a file that does not begin like a log under another name; answers whether it did. */
    private static boolean setAsideIfUnreadable(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(MAGIC.length);
        }
        if (Arrays.equals(start, MAGIC)) {
            return false;
        }
        int version = MAGIC.length - 1;
        if (start.length == MAGIC.length && Arrays.equals(start, 0, version, MAGIC, 0, version)) {
            throw new StoreException(file + " is of version " + start[version] + " (expected: " + MAGIC[version] + ")");
        }
        Path aside = file.resolveSibling(ASIDE + System.currentTimeMillis());
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.error("{} cannot be read and is kept as {}; this node starts without it", file, aside.getFileName());
        removeOldest(file.toAbsolutePath().getParent());
        return true;
    }

    /** Of the files that were set aside the newest {@link #ASIDE_MAX} stay. */
    private static void removeOldest(Path directory) throws IOException {
        List<Path> aside = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, ASIDE + "*")) {
            found.forEach(aside::add);
        }
        aside.sort(Comparator.reverseOrder());
        for (Path surplus : aside.subList(Math.min(ASIDE_MAX, aside.size()), aside.size())) {
            Files.delete(surplus);
        }
    }

    /**
     * A log just opened.
     *
     * @param log the log
     * @param damaged whether something was lost; it may once have been forced to disk
     * @param holes whether damaged records are still in the file, which should be rewritten
     * @param lost whether nothing of it could be read
     */
    record Opened(StoreLog log, boolean damaged, boolean holes, boolean lost) {}

    private static FileChannel lock(Path path) throws IOException {
        FileChannel lockFile = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new StoreException(path + " is held by another process");
            }
        } catch (OverlappingFileLockException e) {
            lockFile.close();
            throw new StoreException(path + " is held by this process", e);
        }
        return lockFile;
    }

    /** How many bytes the file has. */
    long bytes() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Appends records. They are on disk after the next {@link #force}.
     *
     * @throws StoreException if it cannot be written; the log is then as it was before, and can be tried again, unless even
     *     that failed
     */
    void append(List<? extends LogRecord> records) {
        requireSound();
        long before = bytes();
        try {
            append(channel, records);
        } catch (IOException e) {
            throw undone(before, e);
        }
    }

    /** Returns when all that was appended is on disk. */
    void force() {
        requireSound();
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Replaces the whole log by these records, atomically: after a crash there is the old log or the new one.
     *
     * @throws StoreException if the new one cannot be written; the old one is still in use then
     */
    void rewrite(List<? extends LogRecord> records) {
        requireSound();
        Path next = file.resolveSibling("config.log.next");
        FileChannel written = writeAside(next, records);
        FileChannel old = channel;
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            channel = written;
            forceDirectory(file.toAbsolutePath().getParent());
            old.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private FileChannel writeAside(Path next, List<? extends LogRecord> records) {
        try {
            FileChannel out = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            try {
                write(out, ByteBuffer.wrap(MAGIC));
                append(out, records);
                out.force(true);
                return out;
            } catch (IOException e) {
                out.close();
                Files.deleteIfExists(next);
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(next + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void append(FileChannel out, List<? extends LogRecord> records) throws IOException {
        ByteWriter buffer = new ByteWriter();
        for (LogRecord entry : records) {
            ByteWriter body = new ByteWriter();
            entry.write(body);
            byte[] bytes = body.toByteArray();
            buffer.bytes(bytes).i32(checksum(bytes));
            if (buffer.length() >= BUFFER_BYTES) {
                write(out, ByteBuffer.wrap(buffer.toByteArray()));
                buffer = new ByteWriter();
            }
        }
        write(out, ByteBuffer.wrap(buffer.toByteArray()));
    }

    /** The CRC-32C over the length of a record and the record. */
    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }

    private void requireSound() {
        if (failed) {
            throw new StoreException(file + " failed before; restart the node when the disk is well");
        }
    }

    /** A full disk is not the end: what was written of the records is cut off again. */
    private StoreException undone(long before, IOException e) {
        try {
            channel.truncate(before);
            channel.position(before);
            return new StoreException(file + " cannot be written: " + e.getMessage(), e);
        } catch (IOException worse) {
            return failure(worse);
        }
    }

    private StoreException failure(IOException e) {
        failed = true;
        return new StoreException(file + " cannot be written: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            channel.close();
            lockFile.close();
        } catch (IOException e) {
            throw new StoreException(file + " cannot be closed: " + e.getMessage(), e);
        }
    }
}
