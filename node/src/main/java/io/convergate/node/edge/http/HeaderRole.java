package io.convergate.node.edge.http;

import java.util.HashMap;
import java.util.Map;

/**
 * What a header field means to the gateway itself. A name has its role looked up once, when the name is first seen, so
 * that passing a request on is a walk over enum constants instead of string comparisons.
 */
public enum HeaderRole {
    /** Nothing to us: passed on as received. */
    ORDINARY(false),
    HOST(false, "host"),
    CONTENT_LENGTH(false, "content-length"),
    CONTENT_TYPE(false, "content-type"),
    TRANSFER_ENCODING(true, "transfer-encoding"),
    /**
     * Refused wherever it comes from: the old WebSocket keys, to which some codecs add a body of eight bytes, and names that
     * become one of ours where an underscore is taken for a hyphen.
     */
    FORBIDDEN(false, "sec-websocket-key1", "sec-websocket-key2"),
    /** Lists further hop-by-hop names, see RFC 9110 section 7.6.1. */
    CONNECTION(true, "connection"),
    /** Hop-by-hop and without any effect on how we frame a message. */
    HOP_BY_HOP(true, "keep-alive", "proxy-connection", "upgrade", "http2-settings"),
    TE(true, "te"),
    /** Announces trailers; goes with a body in chunks. */
    TRAILER(false, "trailer"),
    EXPECT(false, "expect"),
    X_FORWARDED_FOR(false, "x-forwarded-for"),
    X_FORWARDED_PROTO(false, "x-forwarded-proto"),
    X_FORWARDED_HOST(false, "x-forwarded-host"),
    X_REQUEST_ID(false, "x-request-id"),
    /** The W3C's trace context, of which there must be one. */
    TRACEPARENT(false, "traceparent"),
    TRACESTATE(false, "tracestate"),
    /** A trace as Zipkin has it. */
    B3(false, "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags"),
    /** Asks to be served by a configuration or a newer one; for this gateway, never passed on. */
    CONFIG_AT_LEAST(false, "x-config-at-least"),
    /** Who the client says it is: believed only from a configured hop. */
    CLIENT_IDENTITY(
            false,
            "forwarded",
            "x-real-ip",
            "x-forwarded-port",
            "x-forwarded-client-cert",
            "x-original-url",
            "x-rewrite-url"),
    /** Orders to an Envoy, or words an Envoy adds: never taken from an untrusted hop. */
    ENVOY_INTERNAL(false),
    /** What a client must not have removed by naming it in {@code Connection}. */
    PROTECTED(
            false,
            "authorization",
            "cookie",
            "set-cookie",
            "proxy-authorization",
            "origin",
            "referer",
            "range",
            "if-match",
            "if-none-match",
            "content-encoding",
            "cache-control",
            "via"),
    USER_AGENT(false, "user-agent"),
    DATE(false, "date"),
    SERVER(false, "server");

    private static final Map<String, HeaderRole> BY_NAME = byName();
    private static final String ENVOY_PREFIX = "x-envoy-";

    private final boolean hopByHop;
    private final String[] names;

    HeaderRole(boolean hopByHop, String... names) {
        this.hopByHop = hopByHop;
        this.names = names;
    }

    private static Map<String, HeaderRole> byName() {
        Map<String, HeaderRole> map = new HashMap<>();
        for (HeaderRole role : values()) {
            for (String name : role.names) {
                map.put(name, role);
            }
        }
        return Map.copyOf(map);
    }

    /** The role of a name in lower case. */
    public static HeaderRole of(String lowerCaseName) {
        HeaderRole role = BY_NAME.get(lowerCaseName);
        if (role != null) {
            return role;
        }
        if (lowerCaseName.startsWith(ENVOY_PREFIX)) {
            return ENVOY_INTERNAL;
        }
        return lowerCaseName.indexOf('_') >= 0 && isLookalike(lowerCaseName) ? FORBIDDEN : ORDINARY;
    }

    private static boolean isLookalike(String lowerCaseName) {
        String hyphened = lowerCaseName.replace('_', '-');
        HeaderRole role = BY_NAME.getOrDefault(hyphened, ORDINARY);
        return role != ORDINARY && role != B3 || hyphened.startsWith(ENVOY_PREFIX);
    }

    /** Whether a field of this role is for one connection only and never passed on (RFC 9110 section 7.6.1). */
    public boolean hopByHop() {
        return hopByHop;
    }

    /**
     * Whether a field of this role goes when the sender names it in {@code Connection}. Only fields without a meaning
     * to us go: a client must not be able to take away what authentication, forwarding or framing rests on.
     */
    public boolean removableByConnection() {
        return this == ORDINARY || hopByHop;
    }
}
