package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.upstream.UpstreamResponse;
import io.convergate.routing.action.Variable;
import io.convergate.routing.action.VariableLookup;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.request.RequestFacts;
import io.convergate.routing.upstream.Upstream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;

/**
 * A request as routing sees it, and what the variables of header values stand for in it. Copies nothing and works out
 * nothing before it is asked. Confined to the loop of its exchange.
 */
final class RequestView implements RequestFacts, VariableLookup {
    private final Proxy proxy;
    private final HttpRequest request;
    private final Exchange exchange;
    private final boolean trusted;
    private @Nullable CompiledRoute route;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamResponse response;

    RequestView(Proxy proxy, HttpRequest request, Exchange exchange) {
        this.proxy = proxy;
        this.request = request;
        this.exchange = exchange;
        this.trusted = proxy.trust().trusts(exchange.peer().getAddress());
    }

    /** Whether the peer's word about the client counts. */
    boolean isTrusted() {
        return trusted;
    }

    void matched(CompiledRoute found) {
        route = found;
    }

    void upstream(Upstream chosen) {
        upstream = chosen;
    }

    void response(UpstreamResponse arrived) {
        response = arrived;
    }

    @Override
    public String method() {
        return exchange.record().method;
    }

    @Override
    public String scheme() {
        if (trusted) {
            String forwarded = header("x-forwarded-proto");
            if ("https".equals(forwarded) || "http".equals(forwarded)) {
                return forwarded;
            }
        }
        return exchange.secure() ? "https" : "http";
    }

    @Override
    public String authority() {
        return exchange.target().authority();
    }

    @Override
    public String path() {
        return exchange.target().path();
    }

    @Override
    public @Nullable String query() {
        return exchange.target().query();
    }

    @Override
    public int port() {
        return exchange.listener().port();
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        return joined(request.headers(), lowerCaseName);
    }

    /** The names of its headers in lower case, in the order of the wire; one that stands there twice comes twice. */
    List<String> headerNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0, n = request.headers().length(); i < n; i++) {
            names.add(request.headers().apply(i).lowercaseName());
        }
        return names;
    }

    private static @Nullable String joined(Seq<HttpHeader> fields, String lowerCaseName) {
        String value = null;
        for (int i = 0, n = fields.length(); i < n; i++) {
            HttpHeader field = fields.apply(i);
            if (field.is(lowerCaseName)) {
                value = value == null ? field.value() : value + ',' + field.value();
            }
        }
        return value;
    }

    @Override
    public @Nullable String value(Variable variable) {
        switch (variable.operator()) {
            case REQ:
                return requestHeader(variable.argument());
            case RESP:
                return response == null ? null : response.fields().joined(variable.argument());
            case PROTOCOL:
                return exchange.record().protocol;
            case DOWNSTREAM_REMOTE_ADDRESS:
                return client() + ':' + exchange.peer().getPort();
            case DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT:
                return client();
            case DOWNSTREAM_REMOTE_PORT:
                return Integer.toString(exchange.peer().getPort());
            case DOWNSTREAM_DIRECT_REMOTE_ADDRESS:
                return text(exchange.peer());
            case DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT:
                return exchange.peer().getAddress().getHostAddress();
            case DOWNSTREAM_LOCAL_ADDRESS:
                return text(exchange.local());
            case DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT:
                return exchange.local().getAddress().getHostAddress();
            case DOWNSTREAM_LOCAL_PORT:
                return Integer.toString(exchange.local().getPort());
            case UPSTREAM_HOST, UPSTREAM_REMOTE_ADDRESS:
                return exchange.record().upstreamHost;
            case UPSTREAM_CLUSTER:
                return upstream == null ? null : upstream.name();
            case ROUTE_NAME:
                return route == null || route.name().isEmpty() ? null : route.name();
            case VIRTUAL_HOST_NAME:
                return route == null ? null : route.virtualHost();
            case RESPONSE_CODE:
                return response == null ? null : Integer.toString(response.status());
            case RESPONSE_FLAGS:
                return exchange.record().flags();
            case HOSTNAME:
                return proxy.nodeName();
            default:
                return null;
        }
    }

    private @Nullable String requestHeader(String name) {
        switch (name) {
            case ":method":
                return method();
            case ":path":
                return exchange.target().received();
            case ":authority":
                return authority();
            case ":scheme":
                return scheme();
            default:
                return header(name);
        }
    }

    /** The client's address: the peer's, or the one that a trusted peer names. */
    String client() {
        String forwarded = trusted ? header("x-forwarded-for") : null;
        return forwarded == null
                ? exchange.peer().getAddress().getHostAddress()
                : proxy.trust().clientOf(exchange.peer().getAddress(), forwarded);
    }

    @Override
    public byte[] clientAddress() {
        String forwarded = trusted ? header("x-forwarded-for") : null;
        return forwarded == null
                ? exchange.peer().getAddress().getAddress()
                : proxy.trust().addressOf(exchange.peer().getAddress(), forwarded);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ':' + address.getPort();
    }
}
