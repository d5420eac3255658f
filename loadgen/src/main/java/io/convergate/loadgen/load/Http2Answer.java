package io.convergate.loadgen.load;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer as it comes on one HTTP/2 stream. Reused; confined to its connection's loop. */
final class Http2Answer implements Answer {
    private final AnswerFields fields;
    private final boolean wantsId;
    private @Nullable Call call;
    private int status;
    private long bodyBytes;
    private long announced;
    private String upstream = "";
    private String version = "";
    private String route = "";
    private long sequence;
    private String requestId = "";
    private boolean wantsHash;
    private boolean wantsCookies;
    private List<String> setCookies = List.of();
    private @Nullable MessageDigest digest;
    private @Nullable String hash;
    private @Nullable String malformed;

    Http2Answer(AnswerFields fields, boolean isTraced) {
        this.fields = fields;
        this.wantsId = isTraced;
    }

    void begin(Call asked) {
        call = asked;
        status = 0;
        bodyBytes = 0;
        announced = -1;
        upstream = "";
        version = "";
        route = "";
        sequence = -1;
        requestId = "";
        malformed = null;
        hash = null;
        wantsCookies = asked.user.cookies() != null;
        setCookies = List.of();
        wantsHash = asked.prepared().wantsHash();
        if (wantsHash) {
            if (digest == null) {
                digest = Hashes.sha256();
            }
            digest.reset();
        }
    }

    @Nullable
    Call call() {
        return call;
    }

    void forget() {
        call = null;
    }

    boolean hasBegun() {
        return status != 0;
    }

    /** Takes a head; an interim one changes nothing. Trailers come when the head is there already. */
    void head(Http2Headers headers) {
        if (status != 0) {
            return;
        }
        int code = code(headers.status());
        if (code < 0) {
            malformed = ":status " + headers.status();
            return;
        }
        if (code < 200) {
            return;
        }
        status = code;
        upstream = text(headers.get(fields.upstream()));
        version = text(headers.get(fields.version()));
        route = text(headers.get(fields.route()));
        sequence = number(headers.get(fields.sequence()));
        announced = number(headers.get("content-length"));
        if (wantsCookies && headers.contains("set-cookie")) {
            setCookies = headers.getAll("set-cookie").stream()
                    .limit(CookieJar.COOKIES_MAX)
                    .map(CharSequence::toString)
                    .toList();
        }
        if (wantsId) {
            requestId = text(headers.get("x-request-id"));
        }
    }

    void body(ByteBuf data) {
        bodyBytes += data.readableBytes();
        if (wantsHash && digest != null) {
            for (ByteBuffer part : data.nioBuffers()) {
                digest.update(part);
            }
        }
    }

    /** What is wrong with the whole answer, or null (RFC 9113 8.1.1). */
    @Nullable
    String malformed(boolean isHead) {
        if (malformed == null && status == 0) {
            return "a stream that ended without an answer";
        }
        if (malformed == null && announced >= 0 && announced != bodyBytes && !isHead && status != 304) {
            return "content-length " + announced + " and a body of " + bodyBytes;
        }
        return malformed;
    }

    private static int code(@Nullable CharSequence text) {
        if (text == null || text.length() != 3) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < 3; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value >= 100 && value <= 599 ? value : -1;
    }

    private static String text(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }

    private static long number(@Nullable CharSequence value) {
        try {
            return value == null ? -1 : Long.parseLong(value.toString());
        } catch (NumberFormatException wrong) {
            return -1;
        }
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
        if (hash == null && wantsHash && digest != null) {
            hash = HexFormat.of().formatHex(digest.digest());
        }
        return Optional.ofNullable(hash);
    }
}
