package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;

/**
 * Appends values to a growing array, big-endian, the same bytes for the same values. What it writes, {@link ByteReader}
 * reads. Not thread-safe.
 */
public final class ByteWriter {
    private ByteBuffer out = ByteBuffer.allocate(256);

    /** One byte, 0 to 255. */
    public ByteWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    /** Four bytes. */
    public ByteWriter i32(int value) {
        room(4).putInt(value);
        return this;
    }

    /** Eight bytes. */
    public ByteWriter i64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** A hash. */
    public ByteWriter hash(Hash hash) {
        hash.write(room(Hash.BYTES));
        return this;
    }

    /** These bytes, without their length. */
    public ByteWriter raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** The remaining bytes of a buffer, without their number. */
    public ByteWriter raw(ByteBuffer bytes) {
        room(bytes.remaining()).put(bytes);
        return this;
    }

    /** A length and these bytes. */
    public ByteWriter bytes(byte[] bytes) {
        return i32(bytes.length).raw(bytes);
    }

    /** A text: its length in UTF-8, and its bytes. */
    public ByteWriter text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A version vector. */
    public ByteWriter revision(Revision revision) {
        i32(revision.counters().size());
        revision.counters()
                .forEach((WriterId writer, Long counter) -> i64(writer.value()).i64(counter));
        return this;
    }

    /** A head. */
    public ByteWriter head(Head head) {
        return i64(head.writer().value()).i64(head.counter()).hash(head.root());
    }

    /** A number of elements and each of them. */
    public <T> ByteWriter list(Collection<T> elements, BiConsumer<ByteWriter, T> element) {
        i32(elements.size());
        elements.forEach(e -> element.accept(this, e));
        return this;
    }

    /** How many bytes were written. */
    public int length() {
        return out.position();
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(out.array(), out.position());
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            int size = Math.max(out.capacity() * 2, out.position() + bytes);
            out = ByteBuffer.allocate(size).put(out.flip());
        }
        return out;
    }
}
