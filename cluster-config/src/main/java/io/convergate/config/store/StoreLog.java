package io.convergate.config.store;

import io.convergate.config.StoreException;
import io.convergate.config.block.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The log on disk: a file of records, only ever appended to, or replaced as a whole by a shorter one. Each record is its
 * length (4 bytes), its bytes, and a CRC-32C over both. What is torn at the end, by a crash in the middle of a write, is
 * cut off when the log is opened. After a failed write nothing more is written. Confined to one thread.
 */
final class StoreLog implements AutoCloseable {
    /** What the file starts with; the last byte is the version of the format. */
    static final byte[] MAGIC = {'C', 'V', 'G', 'S', 'T', 'O', 'R', 1};

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
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.size() < MAGIC.length) {
                channel.truncate(0);
                write(channel, ByteBuffer.wrap(MAGIC));
                channel.force(true);
                forceDirectory(file.toAbsolutePath().getParent());
            }
            long found = channel.size();
            long sound = LogScan.soundBytes(file, replay);
            channel.truncate(sound);
            channel.position(sound);
            return new Opened(new StoreLog(file, lockFile, channel), sound < found);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * A log just opened.
     *
     * @param log the log
     * @param damaged whether something was cut off its end; it may once have been forced to disk
     */
    record Opened(StoreLog log, boolean damaged) {}

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
     * @throws StoreException if it cannot be written, now or ever since an earlier failure
     */
    void append(List<? extends LogRecord> records) {
        requireSound();
        try {
            append(channel, records);
        } catch (IOException e) {
            throw failure(e);
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

    /** Replaces the whole log by these records, atomically: after a crash there is the old log or the new one. */
    void rewrite(List<? extends LogRecord> records) {
        requireSound();
        Path next = file.resolveSibling("config.log.next");
        try {
            FileChannel out = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            write(out, ByteBuffer.wrap(MAGIC));
            append(out, records);
            out.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(file.toAbsolutePath().getParent());
            channel.close();
            channel = out;
        } catch (IOException e) {
            throw failure(e);
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
