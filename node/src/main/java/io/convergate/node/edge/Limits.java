package io.convergate.node.edge;

/**
 * How large the parts of a message may be, in bytes unless said otherwise. What is larger is refused with the status in
 * brackets; from an upstream it is a 502.
 *
 * @param requestLineBytesMax the request line, or one chunk-size line [414]
 * @param headerBytesMax all header lines of a message together, and all trailers together [431]
 * @param headersMax the number of header lines, and of trailers [431]
 * @param inlineBodyBytesMax the largest body that is taken whole when it arrives with its head; a larger one is streamed
 * @param pipelinedMax decoded pieces of further requests kept while one is being answered; reading stops above it
 * @param connectionsMax open client connections of the node; further ones are closed at once
 * @param requestBodyBytesMax the body of a request; 0 is no limit [413]
 */
public record Limits(
        int requestLineBytesMax,
        int headerBytesMax,
        int headersMax,
        int inlineBodyBytesMax,
        int pipelinedMax,
        int connectionsMax,
        long requestBodyBytesMax) {
    /** Safe at the edge of the internet. */
    public static final Limits DEFAULT = new Limits(8 * 1024, 60 * 1024, 100, 64 * 1024, 64, 50_000, 0);
}
