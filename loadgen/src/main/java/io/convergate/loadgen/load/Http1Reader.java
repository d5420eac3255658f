package io.convergate.loadgen.load;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.1 answer from bytes as they come (RFC 9112), strictly: what two readers could understand differently is malformed.
 * Makes no objects for an ordinary answer. Confined to its connection's loop.
 */
final class Http1Reader implements Answer {
    /** The most that a head or trailers may have, in bytes; also of one line. */
    static final int HEAD_BYTES_MAX = 65_536;

    private enum State {
        STATUS_LINE,
        FIELDS,
        BODY,
        BODY_TO_THE_END,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        DONE
    }

    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (char c : "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] SET_COOKIE = ascii("set-cookie");
    private static final byte[] REQUEST_ID = ascii("x-request-id");

    private final Labels labels;
    private final byte[] upstreamField;
    private final byte[] sequenceField;
    private final byte[] versionField;
    private final byte[] routeField;
    private final boolean wantsId;

    private State state = State.DONE;
    private boolean isHead;
    private boolean wantsHash;
    private boolean wantsCookies;
    private final List<String> setCookies = new ArrayList<>(0);
    private int status;
    private int headBytes;
    private boolean isOld;
    private boolean saysClose;
    private boolean saysKeepAlive;
    private boolean isChunked;
    private long length;
    private long left;
    private long bodyBytes;
    private long sequence;
    private String upstream = "";
    private String version = "";
    private String route = "";
    private @Nullable String malformed;
    private String requestId = "";
    private @Nullable MessageDigest digest;
    private @Nullable String hash;

    Http1Reader(AnswerFields fields, Labels labels, boolean isTraced) {
        this.labels = labels;
        this.wantsId = isTraced;
        this.upstreamField = ascii(fields.upstream());
        this.sequenceField = ascii(fields.sequence());
        this.versionField = ascii(fields.version());
        this.routeField = ascii(fields.route());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins another answer. */
    void begin(boolean answersHead, boolean hashBody, boolean keepCookies) {
        wantsCookies = keepCookies;
        state = State.STATUS_LINE;
        isHead = answersHead;
        wantsHash = hashBody;
        hash = null;
        status = 0;
        bodyBytes = 0;
        malformed = null;
        if (hashBody) {
            if (digest == null) {
                digest = Hashes.sha256();
            }
            digest.reset();
        }
        beginHead();
    }

    private void beginHead() {
        headBytes = 0;
        saysClose = false;
        saysKeepAlive = false;
        isChunked = false;
        length = -1;
        sequence = -1;
        upstream = "";
        version = "";
        route = "";
        requestId = "";
        if (!setCookies.isEmpty()) {
            setCookies.clear();
        }
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /** What is wrong, or null. After it nothing can be read any more. */
    @Nullable
    String malformed() {
        return malformed;
    }

    /** Whether the connection may take another request after this answer. */
    boolean keepsAlive() {
        return malformed == null && !saysClose && (!isOld || saysKeepAlive) && length != -2;
    }

    /** Whether anything of an answer has come. */
    boolean hasBegun() {
        return status != 0 || headBytes > 0;
    }

    /** How many bytes of a body of known length still come and need not be looked at. */
    long skippable() {
        return (state == State.BODY || state == State.CHUNK) && !wantsHash ? left : 0;
    }

    void skip(long count) {
        left -= count;
        bodyBytes += count;
        if (left == 0) {
            state = state == State.BODY ? State.DONE : State.CHUNK_END;
        }
    }

    /** The connection has ended: true if that completes the answer. */
    boolean ended() {
        if (state == State.BODY_TO_THE_END) {
            state = State.DONE;
            return true;
        }
        return false;
    }

    /**
     * Reads on.
     *
     * @return where it stopped: after the answer, or before a line whose end has not come yet
     */
    int read(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && state != State.DONE && malformed == null) {
            switch (state) {
                case BODY, CHUNK, BODY_TO_THE_END -> at = body(bytes, at, end);
                default -> {
                    int feed = indexOfLineFeed(bytes, at, end);
                    if (feed < 0) {
                        if (end - at > HEAD_BYTES_MAX) {
                            malformed = "a line of more than " + HEAD_BYTES_MAX + " bytes";
                        }
                        return at;
                    }
                    if (feed == at || bytes[feed - 1] != '\r') {
                        malformed = "a line that ends without CR";
                        return at;
                    }
                    line(bytes, at, feed - 1);
                    at = feed + 1;
                }
            }
        }
        return at;
    }

    private static int indexOfLineFeed(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int body(byte[] bytes, int at, int end) {
        int count = state == State.BODY_TO_THE_END ? end - at : (int) Math.min(left, end - at);
        bodyBytes += count;
        if (wantsHash && digest != null) {
            digest.update(bytes, at, count);
        }
        if (state != State.BODY_TO_THE_END) {
            left -= count;
            if (left == 0) {
                state = state == State.BODY ? State.DONE : State.CHUNK_END;
            }
        }
        return at + count;
    }

    private void line(byte[] bytes, int from, int to) {
        switch (state) {
            case STATUS_LINE -> statusLine(bytes, from, to);
            case FIELDS -> {
                countHead(to - from);
                if (from == to) {
                    headDone();
                } else {
                    field(bytes, from, to);
                }
            }
            case CHUNK_SIZE -> chunkSize(bytes, from, to);
            case CHUNK_END -> {
                if (from != to) {
                    malformed = "a chunk that is longer than it says";
                }
                state = State.CHUNK_SIZE;
            }
            case TRAILERS -> {
                countHead(to - from);
                if (from == to) {
                    state = State.DONE;
                }
            }
            default -> throw new IllegalStateException(state.name());
        }
    }

    private void countHead(int count) {
        headBytes += count + 2;
        if (headBytes > HEAD_BYTES_MAX) {
            malformed = "a head of more than " + HEAD_BYTES_MAX + " bytes";
        }
    }

    // HTTP/1.1 SP 3DIGIT SP [reason]; the last space is often left out without a reason.
    private void statusLine(byte[] bytes, int from, int to) {
        headBytes = to - from + 2;
        boolean isSound = to - from >= 12
                && bytes[from] == 'H'
                && bytes[from + 1] == 'T'
                && bytes[from + 2] == 'T'
                && bytes[from + 3] == 'P'
                && bytes[from + 4] == '/'
                && bytes[from + 5] == '1'
                && bytes[from + 6] == '.'
                && (bytes[from + 7] == '1' || bytes[from + 7] == '0')
                && bytes[from + 8] == ' '
                && isDigit(bytes[from + 9])
                && isDigit(bytes[from + 10])
                && isDigit(bytes[from + 11])
                && (to - from == 12 || bytes[from + 12] == ' ');
        if (!isSound) {
            malformed = "no status line: " + excerpt(bytes, from, to);
            return;
        }
        isOld = bytes[from + 7] == '0';
        status = (bytes[from + 9] - '0') * 100 + (bytes[from + 10] - '0') * 10 + bytes[from + 11] - '0';
        if (status < 100 || status > 599) {
            malformed = "status " + status;
        }
        state = State.FIELDS;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private void field(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && TOKEN[bytes[colon] & 0xff]) {
            colon++;
        }
        if (colon == from || colon == to || bytes[colon] != ':') {
            malformed = "no header field: " + excerpt(bytes, from, to);
            return;
        }
        int start = colon + 1;
        int end = to;
        while (start < end && isBlank(bytes[start])) {
            start++;
        }
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        for (int i = start; i < end; i++) {
            if ((bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] == 127) {
                malformed = "a control character in a header field";
                return;
            }
        }
        int nameLength = colon - from;
        if (is(CONTENT_LENGTH, bytes, from, nameLength)) {
            contentLength(bytes, start, end);
        } else if (is(TRANSFER_ENCODING, bytes, from, nameLength)) {
            if (isChunked || !isWord("chunked", bytes, start, end)) {
                malformed = "transfer-encoding: " + excerpt(bytes, start, end);
            }
            isChunked = true;
        } else if (is(CONNECTION, bytes, from, nameLength)) {
            saysClose |= contains("close", bytes, start, end);
            saysKeepAlive |= contains("keep-alive", bytes, start, end);
        } else if (is(upstreamField, bytes, from, nameLength)) {
            upstream = labels.of(bytes, start, end);
        } else if (is(versionField, bytes, from, nameLength)) {
            version = labels.of(bytes, start, end);
        } else if (is(routeField, bytes, from, nameLength)) {
            route = labels.of(bytes, start, end);
        } else if (is(sequenceField, bytes, from, nameLength)) {
            sequence = number(bytes, start, end);
        } else if (wantsCookies && is(SET_COOKIE, bytes, from, nameLength)) {
            if (setCookies.size() < CookieJar.COOKIES_MAX) {
                setCookies.add(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
            }
        } else if (wantsId && is(REQUEST_ID, bytes, from, nameLength)) {
            requestId = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean is(byte[] lowerCase, byte[] bytes, int from, int length) {
        if (length != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(bytes[from + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static boolean isWord(String word, byte[] bytes, int start, int end) {
        if (end - start != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (lower(bytes[start + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a list with commas has that member. */
    private static boolean contains(String word, byte[] bytes, int start, int end) {
        int from = start;
        while (from < end) {
            int to = from;
            while (to < end && bytes[to] != ',') {
                to++;
            }
            int first = from;
            int last = to;
            while (first < last && isBlank(bytes[first])) {
                first++;
            }
            while (last > first && isBlank(bytes[last - 1])) {
                last--;
            }
            if (isWord(word, bytes, first, last)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    private void contentLength(byte[] bytes, int start, int end) {
        long value = number(bytes, start, end);
        if (value < 0 || length >= 0) {
            malformed = "content-length: " + excerpt(bytes, start, end) + (length >= 0 ? ", a second one" : "");
        }
        length = value;
    }

    private static long number(byte[] bytes, int start, int end) {
        if (start == end || end - start > 18) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (!isDigit(bytes[i])) {
                return -1;
            }
            value = value * 10 + bytes[i] - '0';
        }
        return value;
    }

    // RFC 9112 6.3.
    private void headDone() {
        if (malformed != null) {
            return;
        }
        if (status < 200) {
            if (status == 101) {
                malformed = "status 101, unasked for";
            }
            state = State.STATUS_LINE;
            beginHead();
            return;
        }
        if (isChunked && (length >= 0 || isOld)) {
            malformed = "transfer-encoding " + (isOld ? "in HTTP/1.0" : "and content-length");
        } else if (isHead || status == 204 || status == 304) {
            length = Math.max(length, -1);
            state = State.DONE;
        } else if (isChunked) {
            state = State.CHUNK_SIZE;
        } else if (length >= 0) {
            left = length;
            state = length == 0 ? State.DONE : State.BODY;
        } else {
            length = -2;
            state = State.BODY_TO_THE_END;
        }
    }

    private void chunkSize(byte[] bytes, int from, int to) {
        long size = 0;
        int at = from;
        while (at < to) {
            int digit = Character.digit(bytes[at], 16);
            if (digit < 0) {
                break;
            }
            size = size * 16 + digit;
            at++;
        }
        if (at == from || at - from > 15 || (at < to && bytes[at] != ';')) {
            malformed = "chunk size: " + excerpt(bytes, from, to);
            return;
        }
        left = size;
        headBytes = 0;
        state = size == 0 ? State.TRAILERS : State.CHUNK;
    }

    private static String excerpt(byte[] bytes, int from, int to) {
        return new String(bytes, from, Math.min(40, to - from), StandardCharsets.ISO_8859_1)
                .replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String upstream() {
        return upstream;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public List<String> setCookies() {
        return setCookies;
    }

    @Override
    public long bodyLength() {
        return bodyBytes;
    }

    @Override
    public Optional<String> bodySha256() {
        if (hash == null && wantsHash && digest != null && state == State.DONE) {
            hash = HexFormat.of().formatHex(digest.digest());
        }
        return Optional.ofNullable(hash);
    }
}
