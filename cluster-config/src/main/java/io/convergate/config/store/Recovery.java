package io.convergate.config.store;

import io.convergate.config.WriterId;
import io.convergate.config.block.Head;
import io.convergate.config.block.Index;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Missing;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a log holds, gathered while it is read. */
final class Recovery implements Consumer<LogRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final BlockTable table = new BlockTable();
    private final TreeMap<WriterId, NavigableSet<Head>> heads = new TreeMap<>();
    private Optional<WriterId> writer = Optional.empty();

    @Override
    public void accept(LogRecord entry) {
        if (entry instanceof LogRecord.Stored stored) {
            table.add(stored.block());
        } else if (entry instanceof LogRecord.Adopted adopted) {
            heads.computeIfAbsent(adopted.head().writer(), w -> new TreeSet<>()).add(adopted.head());
        } else if (entry instanceof LogRecord.Writer named) {
            writer = Optional.of(named.writer());
        }
    }

    BlockTable table() {
        return table;
    }

    /** The last name that the directory wrote under. */
    Optional<WriterId> writer() {
        return writer;
    }

    /** The newest change of each writer that has all its blocks. */
    List<Head> wholeHeads() {
        List<Head> whole = new ArrayList<>();
        for (NavigableSet<Head> ofWriter : heads.values()) {
            ofWriter.descendingSet().stream().filter(this::whole).findFirst().ifPresent(whole::add);
        }
        return whole;
    }

    private boolean whole(Head head) {
        try {
            return Missing.of(head.root(), table, Index.EMPTY, 1).isEmpty();
        } catch (MalformedException e) {
            LOG.error("change {} on the disk is ignored: {}", head, e.getMessage());
            return false;
        }
    }

    /** The greatest counter that a writer is known to have used, whole or not; 0 if none. */
    long greatestCounter(WriterId of) {
        NavigableSet<Head> ofWriter = heads.get(of);
        return ofWriter == null ? 0 : ofWriter.last().counter();
    }
}
