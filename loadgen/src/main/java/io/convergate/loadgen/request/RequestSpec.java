package io.convergate.loadgen.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One kind of request.
 *
 * @param name in reports
 * @param method such as {@code GET}
 * @param path the request target, from its slash on, with its query
 * @param headers in the order in which they are sent; a {@code host} among them wins over the plan's authority
 * @param expect of its answer
 */
public record RequestSpec(
        String name, String method, Template path, List<Header> headers, Body body, Expectation expect) {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /**
     * A header field.
     *
     * @param name as it is sent by HTTP/1.1
     */
    public record Header(String name, Template value) {
        public Header {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException(name + " (expected: a header name, RFC 9110 5.1)");
            }
            if (name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("transfer-encoding")) {
                throw new IllegalArgumentException(name + " (expected: left out; it follows from the body)");
            }
        }
    }

    public RequestSpec {
        headers = List.copyOf(headers);
        checkedMethod(method);
        checkedPath(path);
    }

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if no request can have it */
    static String checkedMethod(String method) {
        if (!method.matches("[A-Z]+")) {
            throw new IllegalArgumentException(method + " (expected: a method in capitals)");
        }
        return method;
    }

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if no request can have it */
    static Template checkedPath(Template path) {
        String written = path.toString();
        if (!(written.startsWith("/") || written.startsWith("{{") || written.equals("*"))
                || written.replaceAll("\\{\\{[^}]*}}", "").chars().anyMatch(c -> c <= ' ' || c >= 127)) {
            throw new IllegalArgumentException(written + " (expected: a path from its slash on, visible ASCII)");
        }
        return path;
    }

    /** A GET without headers of its own, whose path may have holes, that expects 2xx. */
    public static RequestSpec get(String path) {
        return new RequestSpec(
                "GET " + path, "GET", Template.parse(path), List.of(), new Body.None(), Expectation.SUCCESS);
    }

    /** The same, with another expectation. */
    public RequestSpec expecting(Expectation other) {
        return new RequestSpec(name, method, path, headers, body, other);
    }

    /** The same, with another header at the end; its value may have holes. */
    public RequestSpec withHeader(String header, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(header, Template.parse(value)));
        return new RequestSpec(name, method, path, more, body, expect);
    }

    /** Whether carrying it out twice can do harm: neither safe nor idempotent (RFC 9110 9.2.2). */
    public boolean isUnsafe() {
        return method.equals("POST") || method.equals("PATCH");
    }

    /** Whether sending it twice is as good as sending it once, by its method (RFC 9110 9.2.1). */
    public boolean isSafe() {
        return SAFE.contains(method);
    }
}
