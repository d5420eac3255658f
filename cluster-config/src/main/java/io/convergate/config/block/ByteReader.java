package io.convergate.config.block;

import io.convergate.config.Content;
import io.convergate.config.Hash;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads what {@link ByteWriter} wrote. Trusts nothing: a length beyond the end is refused before anything is allocated
 * for it. Every method throws {@link MalformedException} if the bytes are not what it expects. Not thread-safe.
 */
public final class ByteReader {
    private final ByteBuffer in;

    /** Reads these bytes, without a copy. */
    public ByteReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    /** Reads the remaining bytes of a buffer, without a copy. */
    public ByteReader(ByteBuffer in) {
        this.in = in;
    }

    /** One byte, 0 to 255. */
    public int u8() {
        return need(1).get() & 0xff;
    }

    /** Four bytes. */
    public int i32() {
        return need(4).getInt();
    }

    /** Eight bytes. */
    public long i64() {
        return need(8).getLong();
    }

    /** A hash. */
    public Hash hash() {
        return Hash.read(need(Hash.BYTES));
    }

    /** A length and that many bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[count(1)];
        in.get(bytes);
        return bytes;
    }

    /** A text. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** All that remains. */
    public Content rest() {
        return Content.read(in);
    }

    /** A version vector. */
    public Revision revision() {
        int writers = count(16);
        TreeMap<WriterId, Long> counters = new TreeMap<>();
        for (int i = 0; i < writers; i++) {
            counters.put(new WriterId(i64()), i64());
        }
        return checked(() -> new Revision(counters));
    }

    /** A head. */
    public Head head() {
        WriterId writer = new WriterId(i64());
        long counter = i64();
        Hash root = hash();
        return checked(() -> new Head(writer, counter, root));
    }

    /** A number of elements and each of them. */
    public <T> List<T> list(Function<ByteReader, T> element) {
        int size = count(1);
        List<T> elements = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            elements.add(element.apply(this));
        }
        return elements;
    }

    /** Whether anything remains. */
    public boolean hasMore() {
        return in.hasRemaining();
    }

    /** Demands that nothing remains. */
    public void end() {
        if (in.hasRemaining()) {
            throw new MalformedException(in.remaining() + " bytes too many");
        }
    }

    private int count(int bytesEach) {
        int count = i32();
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw new MalformedException(count + " elements (expected: at most " + in.remaining() / bytesEach + ")");
        }
        return count;
    }

    private ByteBuffer need(int bytes) {
        if (in.remaining() < bytes) {
            throw new MalformedException("ends early");
        }
        return in;
    }

    /** What {@code reading} makes, its complaints about values and ends turned into {@link MalformedException}. */
    static <T> T checked(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }
}
