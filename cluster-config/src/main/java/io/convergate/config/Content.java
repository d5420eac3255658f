package io.convergate.config;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The canonical bytes of one resource. Immutable; compared by its bytes. */
public final class Content {
    private final byte[] bytes;

    private Content(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A content of a copy of these bytes. */
    public static Content copyOf(byte[] bytes) {
        return new Content(bytes.clone());
    }

    /** A content of the remaining bytes of a buffer, which are consumed. */
    public static Content read(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return new Content(bytes);
    }

    /** The content of a text, in UTF-8. */
    public static Content utf8(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** A read-only view of the bytes, without a copy. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The bytes as a stream, without a copy. */
    public InputStream asStream() {
        return new ByteArrayInputStream(bytes);
    }

    /** The bytes read as UTF-8. */
    public String toUtf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Content that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only: a resource may hold a secret. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
