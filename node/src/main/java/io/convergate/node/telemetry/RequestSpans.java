package io.convergate.node.telemetry;

import io.convergate.node.telemetry.trace.SampledTrace;
import io.convergate.node.telemetry.trace.Span;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a request: one as its server, and one as a client for each try upstream. Names and attributes are OpenTelemetry's
 * stable ones; queries are left out, as they have secrets in them. On the thread that sends spans.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">Semantic conventions for HTTP spans</a>
 */
final class RequestSpans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> METHOD_ORIGINAL = AttributeKey.stringKey("http.request.method_original");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> RESENT = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<Long> REQUEST_BYTES = AttributeKey.longKey("http.request.body.size");
    private static final AttributeKey<Long> RESPONSE_BYTES = AttributeKey.longKey("http.response.body.size");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
    private static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("network.protocol.version");
    private static final AttributeKey<String> USER_AGENT = AttributeKey.stringKey("user_agent.original");
    private static final AttributeKey<String> FLAGS = AttributeKey.stringKey("convergate.response_flags");
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("convergate.virtual_service");
    private static final AttributeKey<String> ROUTE_NAME = AttributeKey.stringKey("convergate.route");
    private static final AttributeKey<String> UPSTREAM = AttributeKey.stringKey("convergate.upstream");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("convergate.request_id");

    /** Semantic conventions: the methods of RFC 9110 and RFC 5789; any other is {@code _OTHER}. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final int VALUE_MAX = 1024;
    private static final long NANOS_IN_MS = 1_000_000;

    private final Resource resource;

    /**
     * @param node its name
     * @param labels its labels: {@code app}, {@code version} and {@code convergate.io/namespace} are told
     */
    RequestSpans(String node, Map<String, String> labels) {
        AttributesBuilder about = Attributes.builder()
                .put("service.name", labels.getOrDefault("app", "convergate"))
                .put("service.instance.id", node);
        String version = labels.get("version");
        if (version != null) {
            about.put("service.version", version);
        }
        String namespace = labels.get("convergate.io/namespace");
        if (namespace != null) {
            about.put("service.namespace", namespace);
        }
        resource = Resource.create(about.build());
    }

    /** Adds the spans of a request that is over. */
    void addTo(RequestRecord request, List<SpanData> out) {
        SampledTrace trace = request.trace;
        if (trace == null) {
            return;
        }
        SpanContext own = Span.local(trace.context(), trace.spanId(), trace.state());
        out.add(server(request, trace, own));
        int number = 0;
        for (SampledTrace.Try tried : trace.tries()) {
            out.add(client(request, trace, tried, number++, own));
        }
    }

    private SpanData server(RequestRecord request, SampledTrace trace, SpanContext own) {
        String method = METHODS.contains(request.method) ? request.method : "_OTHER";
        String route = request.matched == null ? "" : request.matched.pathTemplate();
        boolean failed = request.status == 0 || request.status >= 500;
        AttributesBuilder about = Attributes.builder().put(METHOD, method).put(SCHEME, trace.scheme());
        if (!method.equals(request.method)) {
            about.put(METHOD_ORIGINAL, cut(request.method));
        }
        about.put(PATH, cut(path(request.target)));
        putAuthority(about, request.authority);
        if (!route.isEmpty()) {
            about.put(ROUTE, cut(route));
        }
        if (request.matched != null) {
            about.put(
                    SERVICE,
                    request.matched.source().namespace()
                            + '/'
                            + request.matched.source().name());
        }
        if (!request.routeName.isEmpty()) {
            about.put(ROUTE_NAME, request.routeName);
        }
        put(about, UPSTREAM, request.upstreamName);
        put(about, REQUEST_ID, request.requestId);
        put(about, USER_AGENT, request.userAgent);
        if (request.downstream instanceof InetSocketAddress peer) {
            String address = peer.getAddress().getHostAddress();
            about.put(CLIENT, trace.client()).put(PEER, address).put(PEER_PORT, (long) peer.getPort());
        }
        about.put(VERSION, request.protocol.substring(request.protocol.indexOf('/') + 1));
        about.put(REQUEST_BYTES, request.bytesReceived).put(RESPONSE_BYTES, request.bytesSent);
        if (request.status != 0) {
            about.put(STATUS, (long) request.status);
        }
        if (request.isFlagged()) {
            about.put(FLAGS, request.flags());
        }
        if (failed) {
            about.put(ERROR_TYPE, errorType(request.status, request.flag));
        }
        return new Span(
                route.isEmpty() ? named(method) : named(method) + ' ' + cut(route),
                SpanKind.SERVER,
                own,
                Span.parent(trace),
                failed,
                epoch(request, request.startNanos),
                epoch(request, request.endNanos),
                about.build(),
                resource);
    }

    private SpanData client(
            RequestRecord request, SampledTrace trace, SampledTrace.Try tried, int number, SpanContext parent) {
        String method = METHODS.contains(request.method) ? request.method : "_OTHER";
        String error = tried.error();
        if (error == null && tried.status() == 0) {
            error = errorType(0, request.flag);
        } else if (error == null && tried.status() >= 400) {
            error = Integer.toString(tried.status());
        }
        AttributesBuilder about = Attributes.builder().put(METHOD, method);
        if (!method.equals(request.method)) {
            about.put(METHOD_ORIGINAL, cut(request.method));
        }
        about.put(URL, "http://" + cut(trace.authority()) + cut(trace.path()));
        putAuthority(about, trace.authority());
        int colon = tried.endpoint().lastIndexOf(':');
        about.put(PEER, tried.endpoint().substring(0, colon));
        about.put(PEER_PORT, Long.parseLong(tried.endpoint().substring(colon + 1)));
        about.put(VERSION, "1.1");
        put(about, UPSTREAM, request.upstreamName);
        if (number > 0) {
            about.put(RESENT, (long) number);
        }
        if (tried.status() != 0) {
            about.put(STATUS, (long) tried.status());
        }
        if (error != null) {
            about.put(ERROR_TYPE, error.toLowerCase(Locale.ROOT));
        }
        return new Span(
                named(method),
                SpanKind.CLIENT,
                Span.local(trace.context(), tried.spanId(), trace.state()),
                parent,
                error != null,
                epoch(request, tried.startNanos()),
                epoch(request, tried.endNanos() == 0 ? request.endNanos : tried.endNanos()),
                about.build(),
                resource);
    }

    /** Semantic conventions: {@code HTTP} in the name stands for a method that is not known. */
    private static String named(String method) {
        return method.equals("_OTHER") ? "HTTP" : method;
    }

    private static String errorType(int status, @Nullable ResponseFlag flag) {
        if (status != 0) {
            return Integer.toString(status);
        }
        return flag == null ? "_OTHER" : flag.description();
    }

    /** From the moment at which the request began: the clock may have been set since. */
    private static long epoch(RequestRecord request, long nanos) {
        return request.startEpochMillis * NANOS_IN_MS + (nanos - request.startNanos);
    }

    private static void put(AttributesBuilder about, AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            about.put(key, cut(value));
        }
    }

    private static void putAuthority(AttributesBuilder about, String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon > authority.lastIndexOf(']')
                && colon < authority.length() - 1
                && authority.chars().skip(colon + 1).allMatch(c -> c >= '0' && c <= '9')
                && authority.length() - colon <= 6;
        if (!authority.isEmpty()) {
            about.put(SERVER, cut(port ? authority.substring(0, colon) : authority));
        }
        if (port) {
            about.put(SERVER_PORT, Long.parseLong(authority.substring(colon + 1)));
        }
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        String whole = query < 0 ? target : target.substring(0, query);
        int authority = whole.startsWith("/") ? -1 : whole.indexOf("://");
        int path = authority < 0 ? 0 : whole.indexOf('/', authority + 3);
        return path < 0 ? "/" : whole.substring(path);
    }

    private static String cut(String value) {
        return value.length() > VALUE_MAX ? value.substring(0, VALUE_MAX) : value;
    }
}
