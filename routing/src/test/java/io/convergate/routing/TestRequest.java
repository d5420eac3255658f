package io.convergate.routing;

import io.convergate.routing.request.RequestFacts;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request, spelled out. */
public record TestRequest(
        String method,
        String scheme,
        String authority,
        String path,
        @Nullable String query,
        Map<String, String> headers,
        int port)
        implements RequestFacts {
    /** A GET of {@code host/path?query} on port 80; the host may have a port. */
    public static TestRequest get(String target) {
        int slash = target.indexOf('/');
        String rest = target.substring(slash);
        int mark = rest.indexOf('?');
        return new TestRequest(
                "GET",
                "http",
                target.substring(0, slash),
                mark < 0 ? rest : rest.substring(0, mark),
                mark < 0 ? null : rest.substring(mark + 1),
                Map.of(),
                80);
    }

    public TestRequest method(String other) {
        return new TestRequest(other, scheme, authority, path, query, headers, port);
    }

    public TestRequest scheme(String other) {
        return new TestRequest(method, other, authority, path, query, headers, port);
    }

    public TestRequest port(int other) {
        return new TestRequest(method, scheme, authority, path, query, headers, other);
    }

    public TestRequest with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name.toLowerCase(Locale.ROOT), value);
        return new TestRequest(method, scheme, authority, path, query, more, port);
    }

    @Override
    public byte[] clientAddress() {
        return new byte[] {(byte) 192, 0, 2, 1};
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }
}
