package io.convergate.config.store;

import io.convergate.config.WriterId;
import io.convergate.config.block.Head;
import io.convergate.config.block.Index;
import io.convergate.config.block.Missing;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What a log holds, gathered while it is read. */
final class Recovery implements Consumer<LogRecord> {
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
        return Missing.of(head.root(), table, Index.EMPTY, 1).isEmpty();
    }
}
