package io.convergate.config.store;

import io.convergate.config.Hash;
import io.convergate.config.StoreException;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks that are here, in memory and on disk at once: what is added is in both or in neither. Blocks that are not kept any
 * more leave memory first and the log when it is rewritten. Confined to the store's thread, except {@link #trouble()}.
 */
final class BlockLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockLog.class);

    /** The log is rewritten when it is longer than this and than {@link #GARBAGE_FACTOR} times what it must hold. */
    private static final long COMPACTION_BYTES_MIN = 8L << 20;

    private static final int GARBAGE_FACTOR = 2;

    /** The log is not rewritten to win less than this. */
    private static final long GAIN_BYTES_MIN = 1L << 20;

    private final BlockTable table;
    private final StoreLog log;

    /** The name that this directory writes under, as long as the log does not say so. */
    private Optional<LogRecord> unwritten = Optional.empty();

    /** Why the disk took no change last; empty if it did. */
    private volatile String trouble = "";

    private long compactAtBytes;

    BlockLog(BlockTable table, StoreLog log) {
        this.table = table;
        this.log = log;
    }

    /** Why the disk took no change last; empty if it did. Safe on any thread. */
    String trouble() {
        return trouble;
    }

    /**
     * Adds those blocks that are not here yet, and a change. With a change, all is on disk when this returns.
     *
     * @throws StoreException if it cannot be written; nothing was added then
     */
    void add(List<Block> blocks, Optional<Head> head) {
        List<Block> added = blocks.stream().filter(table::add).toList();
        List<LogRecord> records = new ArrayList<>(added.size() + 2);
        unwritten.ifPresent(records::add);
        added.forEach(block -> records.add(new LogRecord.Stored(block)));
        head.ifPresent(h -> records.add(new LogRecord.Adopted(h)));
        try {
            log.append(records);
            if (head.isPresent()) {
                log.force();
            }
            unwritten = Optional.empty();
            trouble = "";
        } catch (StoreException e) {
            added.forEach(table::remove);
            trouble = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /** Notes the name that this directory writes under from now on; if that fails, it goes with what is added next. */
    void name(WriterId writer) {
        unwritten = Optional.of(new LogRecord.Writer(writer));
        add(List.of(), Optional.empty());
        log.force();
    }

    /** Returns when all that was added is on disk. */
    void force() {
        log.force();
    }

    /** Whether it is so long that {@link #compact} may be worth it. */
    boolean isLong() {
        return log.bytes() > compactAtBytes;
    }

    /**
     * Forgets all other blocks, and rewrites the log without them if that makes it much shorter. If it cannot be rewritten it stays
     * as it is.
     *
     * @param anyway whether to rewrite it in any case
     */
    void compact(Set<Hash> kept, WriterId writer, List<Head> heads, boolean anyway) {
        table.retain(kept);
        long needed = table.bytes();
        compactAtBytes = Math.max(COMPACTION_BYTES_MIN, needed * GARBAGE_FACTOR);
        if (!anyway && log.bytes() <= needed * 2 + GAIN_BYTES_MIN) {
            return;
        }
        List<LogRecord> records = new ArrayList<>();
        records.add(new LogRecord.Writer(writer));
        table.all().forEach(block -> records.add(new LogRecord.Stored(block)));
        heads.forEach(head -> records.add(new LogRecord.Adopted(head)));
        try {
            log.rewrite(records);
        } catch (StoreException e) {
            LOG.error("the log stays as long as it is", e);
            compactAtBytes = Math.max(compactAtBytes, log.bytes() * GARBAGE_FACTOR);
            trouble = String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
