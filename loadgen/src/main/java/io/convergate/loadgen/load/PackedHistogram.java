package io.convergate.loadgen.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;

/** A histogram in compressed form: hundreds of bytes in place of tens of thousands. Immutable. */
public final class PackedHistogram {
    private final byte[] bytes;

    private PackedHistogram(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Packs what the histogram has now. */
    public static PackedHistogram of(AbstractHistogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return new PackedHistogram(Arrays.copyOf(buffer.array(), length));
    }

    /** The same histogram again. */
    public Histogram unpacked() {
        try {
            return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
        } catch (DataFormatException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
