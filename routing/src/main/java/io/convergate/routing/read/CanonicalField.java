package io.convergate.routing.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the value of a field of the whole document lies in canonical JSON, so that it can be read, compared or replaced without
 * the rest of the document being read.
 *
 * @param from its first byte
 * @param to behind its last byte
 */
record CanonicalField(int from, int to) {
    /**
     * Finds a field; empty if the document has none of that name. Reads no further than it.
     *
     * @param json what {@link CanonicalJson} wrote
     * @throws IOException if it is something else
     */
    static Optional<CanonicalField> find(JsonFactory factory, byte[] json, String name) throws IOException {
        try (JsonParser tokens = factory.createParser(json)) {
            if (tokens.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            while (tokens.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = tokens.currentName().equals(name);
                tokens.nextToken();
                long from = tokens.currentTokenLocation().getByteOffset();
                tokens.skipChildren();
                if (found) {
                    tokens.finishToken();
                    return Optional.of(new CanonicalField(
                            (int) from, (int) tokens.currentLocation().getByteOffset()));
                }
            }
            return Optional.empty();
        }
    }

    /** Its bytes. */
    byte[] in(byte[] json) {
        return Arrays.copyOfRange(json, from, to);
    }

    /** The document with this value in its place. */
    byte[] replacedBy(byte[] value, byte[] json) {
        byte[] replaced = new byte[json.length - (to - from) + value.length];
        System.arraycopy(json, 0, replaced, 0, from);
        System.arraycopy(value, 0, replaced, from, value.length);
        System.arraycopy(json, to, replaced, from + value.length, json.length - to);
        return replaced;
    }
}
