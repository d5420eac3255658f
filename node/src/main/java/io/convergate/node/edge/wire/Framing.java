package io.convergate.node.edge.wire;

import io.convergate.node.edge.Limits;
import io.convergate.node.edge.http.HeaderRole;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a message's end is found, and when that is refused (RFC 9112 section 6). Stricter than the RFC wherever two
 * parsers could differ: one Content-Length in its shortest form or one {@code Transfer-Encoding: chunked}, never both.
 */
final class Framing {
    private static final int CONTENT_LENGTH_DIGITS_MAX = 18;

    private Framing() {}

    /** The codec's settings: all its strictness, and our limits. */
    static HttpDecoderConfig decoderConfig(Limits limits) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytesMax())
                .setMaxHeaderSize(limits.headerBytesMax())
                .setMaxChunkSize(limits.inlineBodyBytesMax())
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setInitialBufferSize(1024)
                .setHeadersFactory(new Headers(limits.headersMax(), WireHeaders::ofHead))
                .setTrailersFactory(new Headers(limits.headersMax(), WireHeaders::ofTrailers));
    }

    private record Headers(int max, IntFunction<WireHeaders> kind) implements HttpHeadersFactory {
        @Override
        public HttpHeaders newHeaders() {
            return kind.apply(max);
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return kind.apply(max);
        }
    }

    /** What is wrong with how this head announces its body; null if nothing. */
    static @Nullable WireFault check(WireHeaders headers) {
        if (headers.has(HeaderRole.FORBIDDEN)) {
            return WireFault.badRequest("a header name that other parsers take for one that frames or routes");
        }
        if (headers.has(HeaderRole.TRANSFER_ENCODING)) {
            if (headers.count(HeaderRole.TRANSFER_ENCODING) > 1) {
                return WireFault.badRequest("several Transfer-Encoding fields");
            }
            String coding = headers.first(HeaderRole.TRANSFER_ENCODING);
            if (coding == null || !coding.equalsIgnoreCase("chunked")) {
                return new WireFault(501, "a Transfer-Encoding other than chunked");
            }
            if (headers.has(HeaderRole.CONTENT_LENGTH)) {
                return WireFault.badRequest("both Content-Length and Transfer-Encoding");
            }
        }
        if (headers.has(HeaderRole.CONTENT_LENGTH)) {
            if (headers.contentLengthsAdded() > 1) {
                return WireFault.badRequest("a repeated or odd Content-Length");
            }
            String length = headers.first(HeaderRole.CONTENT_LENGTH);
            if (length == null || !isPlainNumber(length)) {
                return WireFault.badRequest("a Content-Length that is no plain number");
            }
        }
        return null;
    }

    private static boolean isPlainNumber(String text) {
        int length = text.length();
        if (length == 0 || length > CONTENT_LENGTH_DIGITS_MAX || length > 1 && text.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** What the codec's own refusal of a head means. */
    static WireFault ofHead(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new WireFault(414, "a request line over the limit");
        }
        if (cause instanceof TooLongHttpHeaderException || cause instanceof WireHeaders.TooManyFields) {
            return new WireFault(431, "a header over the limit");
        }
        return WireFault.badRequest(String.valueOf(cause.getMessage()));
    }

    /** What the codec's refusal of a piece of body means. */
    static WireFault ofBody(Throwable cause) {
        return WireFault.badRequest("in the body: " + cause.getMessage());
    }
}
