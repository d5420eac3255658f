package io.convergate.node.edge.http;

import io.convergate.node.telemetry.ReceivedHeaders;
import java.util.Arrays;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;
import scala.collection.immutable.Seq;

/**
 * A growing list of header fields in the order of the wire, which becomes the model's immutable sequence without a copy
 * of the fields. Confined to one thread; must not be changed after {@link #toSeq()}.
 */
public final class Fields implements ReceivedHeaders {
    private static final Seq<HttpHeader> NONE = wrap(new HttpHeader[0]);

    private HttpHeader[] fields;
    private int size;

    public Fields(int capacity) {
        fields = new HttpHeader[Math.max(4, capacity)];
    }

    public void add(HttpHeader field) {
        if (size == fields.length) {
            fields = Arrays.copyOf(fields, size * 2);
        }
        fields[size++] = field;
    }

    public void add(HeaderName name, String value) {
        add(new Field(name, value));
    }

    public int size() {
        return size;
    }

    public HttpHeader get(int index) {
        return fields[index];
    }

    /** A list of the same fields that can be changed apart from this one. */
    public Fields copy() {
        Fields copy = new Fields(size + 2);
        System.arraycopy(fields, 0, copy.fields, 0, size);
        copy.size = size;
        return copy;
    }

    /** Removes every field of that name, which is in lower case. */
    public void remove(String lowerCaseName) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (!fields[i].is(lowerCaseName)) {
                fields[kept++] = fields[i];
            }
        }
        Arrays.fill(fields, kept, size, null);
        size = kept;
    }

    /** Removes every field of that name and adds one. */
    public void set(HeaderName name, String value) {
        remove(name.lowerCase());
        add(name, value);
    }

    @Override
    public @Nullable String joined(String lowerCaseName) {
        return joined(fields, size, lowerCaseName);
    }

    static @Nullable String joined(HttpHeader[] fields, int size, String lowerCaseName) {
        String first = null;
        StringBuilder more = null;
        for (int i = 0; i < size; i++) {
            HttpHeader field = fields[i];
            if (!field.is(lowerCaseName)) {
                continue;
            }
            if (first == null) {
                first = field.value();
            } else {
                if (more == null) {
                    more = new StringBuilder(first);
                }
                more.append(',').append(field.value());
            }
        }
        return more == null ? first : more.toString();
    }

    /** The model's sequence over these fields. */
    public Seq<HttpHeader> toSeq() {
        if (size == 0) {
            return NONE;
        }
        return wrap(size == fields.length ? fields : Arrays.copyOf(fields, size));
    }

    private static Seq<HttpHeader> wrap(HttpHeader[] array) {
        return ArraySeq.unsafeWrapArray(array);
    }
}
