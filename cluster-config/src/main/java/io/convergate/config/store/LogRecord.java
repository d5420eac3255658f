package io.convergate.config.store;

import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.config.block.Head;
import io.convergate.config.block.MalformedException;

/** One entry of the log. */
sealed interface LogRecord {
    /** Appends it: its kind and what it holds. */
    void write(ByteWriter out);

    /** From here on this directory writes under that name. */
    record Writer(WriterId writer) implements LogRecord {
        @Override
        public void write(ByteWriter out) {
            out.u8(1).i64(writer.value());
        }
    }

    /** A block is here. */
    record Stored(Block block) implements LogRecord {
        @Override
        public void write(ByteWriter out) {
            block.write(out.u8(2));
        }
    }

    /** A change is here, whole: all its blocks come before. */
    record Adopted(Head head) implements LogRecord {
        @Override
        public void write(ByteWriter out) {
            out.u8(3).head(head);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws MalformedException if it is something else
     */
    static LogRecord read(ByteReader in) {
        int kind = in.u8();
        LogRecord entry =
                switch (kind) {
                    case 1 -> new Writer(new WriterId(in.i64()));
                    case 2 -> new Stored(Block.read(in));
                    case 3 -> new Adopted(in.head());
                    default -> throw new MalformedException("a record of kind " + kind + " (expected: 1 to 3)");
                };
        in.end();
        return entry;
    }
}
