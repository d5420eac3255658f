package io.convergate.config.store;

import io.convergate.config.StoreException;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.config.block.Head;
import io.convergate.config.block.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one change that this directory has promised to take, on disk, so that a process that ends does not forget its promise. A file
 * of its own beside the log: one record of 57 bytes with its CRC-32C, written in place, which fits into one sector. A record that was torn
 * all the same is no promise: its answer was never sent. Confined to one thread.
 */
final class PromiseFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PromiseFile.class);

    private static final int FORM = 1;

    private final Path file;
    private final FileChannel channel;
    private Optional<Head> last;

    private PromiseFile(Path file, FileChannel channel, Optional<Head> last) {
        this.file = file;
        this.channel = channel;
        this.last = last;
    }

    /**
     * Opens the file of a directory, which is created if it is absent.
     *
     * @throws StoreException if it cannot be used
     */
    static PromiseFile open(Path directory) {
        Path file = directory.resolve("promise");
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new PromiseFile(file, channel, read(channel));
        } catch (IOException e) {
            throw new StoreException(file + " cannot be used: " + e, e);
        }
    }

    private static Optional<Head> read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), 1024));
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        try {
            ByteReader in = new ByteReader(bytes.flip());
            byte[] record = in.bytes();
            if (in.i32() != StoreLog.checksum(record)) {
                return Optional.empty();
            }
            ByteReader body = new ByteReader(record);
            return body.u8() == FORM ? Optional.of(body.head()) : Optional.empty();
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** The change promised last, if that promise has not been cleared. */
    Optional<Head> last() {
        return last;
    }

    /**
     * Writes a promise in place of the last one. It is on disk when this returns.
     *
     * @throws StoreException if it cannot be written
     */
    void write(Head head) {
        byte[] record = new ByteWriter().u8(FORM).head(head).toByteArray();
        ByteBuffer bytes = ByteBuffer.wrap(
                new ByteWriter().bytes(record).i32(StoreLog.checksum(record)).toByteArray());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.force(true);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be written: " + e.getMessage(), e);
        }
        last = Optional.of(head);
    }

    /** Ends a promise, if it is this one. Not forced: one that comes back with the file ends by its time. */
    void clear(Head head) {
        if (last.filter(head::equals).isEmpty()) {
            return;
        }
        last = Optional.empty();
        try {
            channel.truncate(0);
        } catch (IOException e) {
            LOG.warn("{} cannot be cleared: {}", file, e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException(file + " cannot be closed: " + e.getMessage(), e);
        }
    }
}
