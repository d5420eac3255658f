package io.convergate.node.limits.cluster;

import io.convergate.config.StoreException;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The record of used quotas on disk: a head with this node's number, then counters of one length, each with a CRC-32C, only ever
 * appended, and written anew when most of it is outdated. What is torn or damaged is passed over. Confined to one thread.
 */
final class UsageJournal implements AutoCloseable {
    private static final byte[] MAGIC = {'C', 'V', 'G', 'L', 'I', 'M', 'I', 1};
    private static final int HEAD_BYTES = MAGIC.length + Long.BYTES + Integer.BYTES;
    private static final int BODY_BYTES = 6 * Long.BYTES;
    private static final int RECORD_BYTES = BODY_BYTES + Integer.BYTES;
    private static final long SMALL_BYTES = 4L << 20;

    private final Path file;
    private final long node;
    private FileChannel channel;

    private UsageJournal(Path file, long node, FileChannel channel) {
        this.file = file;
        this.node = node;
        this.channel = channel;
    }

    /**
     * Opens the journal of a directory, which is created if it is absent.
     *
     * @param replay gets every sound counter
     * @throws StoreException if the directory cannot be used
     */
    static UsageJournal open(Path directory, Consumer<UsagePage.Usage> replay) {
        Path file = directory.resolve("limits.log");
        try {
            Files.createDirectories(directory);
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            boolean sound = bytes.length >= HEAD_BYTES
                    && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    && crc(bytes, 0, HEAD_BYTES - Integer.BYTES)
                            == ByteBuffer.wrap(bytes).getInt(HEAD_BYTES - Integer.BYTES);
            if (!sound) {
                // Nothing readable, or nothing at all: another number, so that no counter goes back.
                long node = ThreadLocalRandom.current().nextLong() | 1;
                FileChannel channel = create(file, node, List.of());
                return new UsageJournal(file, node, channel);
            }
            long node = ByteBuffer.wrap(bytes).getLong(MAGIC.length);
            int at = HEAD_BYTES;
            for (; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
                if (crc(bytes, at, BODY_BYTES) == ByteBuffer.wrap(bytes).getInt(at + BODY_BYTES)) {
                    replay.accept(UsagePage.readUsage(new ByteReader(ByteBuffer.wrap(bytes, at, BODY_BYTES))));
                }
            }
            FileChannel channel = locked(FileChannel.open(file, StandardOpenOption.WRITE));
            channel.truncate(at);
            channel.position(at);
            return new UsageJournal(file, node, channel);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static FileChannel create(Path file, long node, List<UsagePage.Usage> usages) throws IOException {
        Path next = file.resolveSibling("limits.log.next");
        FileChannel channel = locked(FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        byte[] head = new ByteWriter().raw(MAGIC).i64(node).toByteArray();
        write(channel, new ByteWriter().raw(head).i32(crc(head, 0, head.length)).toByteArray());
        write(channel, bytes(usages));
        channel.force(true);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return channel;
    }

    /** One process at a time: what another one writes must not be cut off. */
    private static FileChannel locked(FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("it is in use by this process", e);
        }
        channel.close();
        throw new IOException("it is in use by another process");
    }

    private static byte[] bytes(List<UsagePage.Usage> usages) {
        ByteWriter out = new ByteWriter();
        for (UsagePage.Usage usage : usages) {
            ByteWriter one = new ByteWriter();
            UsagePage.write(one, usage);
            byte[] body = one.toByteArray();
            out.raw(body).i32(crc(body, 0, body.length));
        }
        return out.toByteArray();
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** This node's number, random for each directory. */
    long node() {
        return node;
    }

    /** Appends counters and returns when they are on disk. */
    void append(List<UsagePage.Usage> usages) throws IOException {
        if (usages.isEmpty()) {
            return;
        }
        long before = channel.position();
        try {
            write(channel, bytes(usages));
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(before);
            channel.position(before);
            throw e;
        }
    }

    /** Whether most of it is outdated. */
    boolean isLong(int counters) {
        try {
            return channel.size() > SMALL_BYTES && channel.size() > 4L * RECORD_BYTES * counters;
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes it anew with these counters only. */
    void rewrite(List<UsagePage.Usage> all) throws IOException {
        FileChannel next = create(file, node, all);
        channel.close();
        channel = next;
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
