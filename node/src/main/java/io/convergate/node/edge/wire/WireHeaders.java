package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.HeaderRole;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The headers that Netty's decoder fills, kept as the model's fields in the order of the wire: the decoder needs a
 * handful of look-ups, the gateway needs a list. Refuses more fields than the limit. What may stand in a name or value
 * is the {@link HeadScanner}'s business. Confined to the connection's loop.
 */
public final class WireHeaders extends HttpHeaders {
    private final int max;
    private Fields fields = new Fields(12);
    /** One bit for each {@link HeaderRole} that is present, so that most questions need no search. */
    private long roles;

    private int contentLengthsAdded;
    private boolean transferEncodingAdded;
    private final boolean checking;

    private WireHeaders(int max, boolean checking) {
        this.max = max;
        this.checking = checking;
    }

    /** Headers of a head that a {@link HeadScanner} reads too. */
    static WireHeaders ofHead(int max) {
        return new WireHeaders(max, false);
    }

    /** Trailers, which no scanner sees: names and values are checked here. */
    static WireHeaders ofTrailers(int max) {
        return new WireHeaders(max, true);
    }

    /**
     * How often a Content-Length was added, which the decoder does itself when it rewrites one that is repeated or not
     * in its shortest form: anything over 1 is a length to refuse.
     */
    int contentLengthsAdded() {
        return contentLengthsAdded;
    }

    /** Raised out of the decoder when a message has more fields than allowed. */
    static final class TooManyFields extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyFields(int max) {
            super("more than " + max + " header fields", null, false, false);
        }
    }

    /** Whether there was a Transfer-Encoding, even if the decoder has taken it away from a message that has no body. */
    boolean transferEncodingAdded() {
        return transferEncodingAdded;
    }

    public Fields fields() {
        return fields;
    }

    public boolean has(HeaderRole role) {
        return (roles & 1L << role.ordinal()) != 0;
    }

    /** The only value of that role; null if there is none. With several, the first. */
    public @Nullable String first(HeaderRole role) {
        if (has(role)) {
            for (int i = 0; i < fields.size(); i++) {
                if (fieldAt(i).headerName().role() == role) {
                    return fields.get(i).value();
                }
            }
        }
        return null;
    }

    int count(HeaderRole role) {
        int count = 0;
        if (has(role)) {
            for (int i = 0; i < fields.size(); i++) {
                if (fieldAt(i).headerName().role() == role) {
                    count++;
                }
            }
        }
        return count;
    }

    private Field fieldAt(int index) {
        return (Field) fields.get(index);
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (fields.size() == max) {
            throw new TooManyFields(max);
        }
        HeaderName headerName = name instanceof AsciiString ascii && !ascii.isEmpty()
                ? HeaderName.of(ascii.array(), ascii.arrayOffset(), ascii.length())
                : HeaderName.of(name.toString());
        String text = value.toString();
        if (checking) {
            check(headerName, text);
        }
        roles |= 1L << headerName.role().ordinal();
        if (headerName.role() == HeaderRole.CONTENT_LENGTH) {
            contentLengthsAdded++;
        } else if (headerName.role() == HeaderRole.TRANSFER_ENCODING) {
            transferEncodingAdded = true;
        }
        fields.add(headerName, text);
        return this;
    }

    private static void check(HeaderName name, String value) {
        for (byte b : name.bytes()) {
            if (!HeadScanner.isToken(b)) {
                throw new IllegalArgumentException("a character in a trailer name that is no token character");
            }
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new IllegalArgumentException("a control character in a trailer value");
            }
        }
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }

    @Override
    public HttpHeaders add(String name, Iterable<?> values) {
        for (Object value : values) {
            add((CharSequence) name, value);
        }
        return this;
    }

    private static String lower(CharSequence name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private boolean surelyAbsent(String lower) {
        HeaderRole role = HeaderRole.of(lower);
        return !has(role);
    }

    @Override
    public @Nullable String get(String name) {
        String lower = lower(name);
        if (surelyAbsent(lower)) {
            return null;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).is(lower)) {
                return fields.get(i).value();
            }
        }
        return null;
    }

    @Override
    public List<String> getAll(String name) {
        String lower = lower(name);
        if (surelyAbsent(lower)) {
            return List.of();
        }
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).is(lower)) {
                values.add(fields.get(i).value());
            }
        }
        return values;
    }

    @Override
    public boolean contains(String name) {
        return get(name) != null;
    }

    @Override
    public HttpHeaders remove(String name) {
        fields.remove(lower(name));
        roles = 0;
        for (int i = 0; i < fields.size(); i++) {
            roles |= 1L << fieldAt(i).headerName().role().ordinal();
        }
        return this;
    }

    @Override
    public HttpHeaders set(String name, Object value) {
        remove(name);
        return add(name, value);
    }

    @Override
    public HttpHeaders set(String name, Iterable<?> values) {
        remove(name);
        return add(name, values);
    }

    @Override
    public HttpHeaders clear() {
        fields = new Fields(4);
        roles = 0;
        return this;
    }

    @Override
    public boolean isEmpty() {
        return fields.size() == 0;
    }

    @Override
    public int size() {
        return fields.size();
    }

    @Override
    public List<Map.Entry<String, String>> entries() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            HttpHeader field = fields.get(i);
            entries.add(Map.entry(field.name(), field.value()));
        }
        return entries;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        entries().forEach(entry -> names.add(entry.getKey()));
        return names;
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return entries().iterator();
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        List<Map.Entry<CharSequence, CharSequence>> entries = new ArrayList<>(fields.size());
        entries().forEach(entry -> entries.add(Map.entry(entry.getKey(), entry.getValue())));
        return entries.iterator();
    }

    @Override
    public @Nullable Integer getInt(CharSequence name) {
        String value = get(name.toString());
        return value == null ? null : Integer.valueOf(value);
    }

    @Override
    public int getInt(CharSequence name, int defaultValue) {
        Integer value = getInt(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public @Nullable Short getShort(CharSequence name) {
        String value = get(name.toString());
        return value == null ? null : Short.valueOf(value);
    }

    @Override
    public short getShort(CharSequence name, short defaultValue) {
        Short value = getShort(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public @Nullable Long getTimeMillis(CharSequence name) {
        return null;
    }

    @Override
    public long getTimeMillis(CharSequence name, long defaultValue) {
        return defaultValue;
    }

    @Override
    public HttpHeaders addInt(CharSequence name, int value) {
        return add(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders addShort(CharSequence name, short value) {
        return add(name, Short.toString(value));
    }

    @Override
    public HttpHeaders setInt(CharSequence name, int value) {
        return set(name.toString(), Integer.toString(value));
    }

    @Override
    public HttpHeaders setShort(CharSequence name, short value) {
        return set(name.toString(), Short.toString(value));
    }
}
