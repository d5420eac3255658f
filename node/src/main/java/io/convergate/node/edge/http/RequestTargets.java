package io.convergate.node.edge.http;

import io.convergate.routing.request.CanonicalPath;
import io.convergate.routing.request.PathNormalization;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request target and the Host that goes with it. Refuses what two parsers could read differently: see the
 * messages. The target has only visible ASCII in it by now; that is the wire's check.
 */
public final class RequestTargets {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private final CanonicalPath canonicalPath;

    public RequestTargets(PathNormalization normalization) {
        this.canonicalPath = new CanonicalPath(normalization);
    }

    /** What is wrong with a target: always a 400. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * The target of a request.
     *
     * @param host the Host header's value; null if there is none
     * @throws Refused if it is not one of the forms of RFC 9112 section 3.2 with a plain {@code host[:port]}, or if its
     *     path has no canonical form
     */
    @SuppressWarnings("ReferenceEquality") // the same instance comes back when nothing had to change
    public RequestTarget read(String method, String received, @Nullable String host) {
        String authority = host == null ? "" : host;
        if (!authority.isEmpty() && !isAuthority(authority) || host != null && host.isEmpty()) {
            throw new Refused("a malformed Host");
        }
        String rest = received;
        if (received.charAt(0) != '/') {
            if (received.equals("*")) {
                if (!method.equals("OPTIONS")) {
                    throw new Refused("the target * with a method other than OPTIONS");
                }
                return new RequestTarget(received, "*", null, authority, true);
            }
            int start = received.regionMatches(true, 0, HTTP, 0, HTTP.length())
                    ? HTTP.length()
                    : received.regionMatches(true, 0, HTTPS, 0, HTTPS.length()) ? HTTPS.length() : -1;
            if (start < 0) {
                throw new Refused("a target that is neither a path nor a whole http URL");
            }
            int end = authorityEnd(received, start);
            String named = received.substring(start, end);
            if (!isAuthority(named) || host != null && !named.equalsIgnoreCase(host)) {
                throw new Refused("a target whose authority is malformed or not the Host's");
            }
            authority = named;
            rest = end == received.length() ? "/" : received.substring(end);
            if (rest.charAt(0) == '?') {
                rest = '/' + rest;
            }
        }
        if (rest.indexOf('#') >= 0 || rest.indexOf('\\') >= 0 && rest.indexOf('\\') < pathEnd(rest)) {
            throw new Refused("a fragment or a backslash in the target");
        }
        int end = pathEnd(rest);
        String path = end == rest.length() ? rest : rest.substring(0, end);
        String canonical = canonical(path);
        String query = end == rest.length() ? null : rest.substring(end + 1);
        return new RequestTarget(received, canonical, query, authority, canonical == path && rest == received);
    }

    private String canonical(String path) {
        try {
            return canonicalPath.of(path);
        } catch (CanonicalPath.Refused refused) {
            throw new Refused(String.valueOf(refused.getMessage()));
        }
    }

    private static int pathEnd(String target) {
        int question = target.indexOf('?');
        return question < 0 ? target.length() : question;
    }

    private static int authorityEnd(String target, int start) {
        for (int i = start; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
        }
        return target.length();
    }

    /** RFC 3986 {@code host [":" port]} without user information: a name, an IPv4 address or an IPv6 one in brackets. */
    static boolean isAuthority(String text) {
        int length = text.length();
        if (length == 0) {
            return false;
        }
        int hostEnd;
        if (text.charAt(0) == '[') {
            hostEnd = text.indexOf(']') + 1;
            if (hostEnd < 4 || !isIpv6(text.substring(0, hostEnd))) {
                return false;
            }
        } else {
            hostEnd = 0;
            while (hostEnd < length && isHostCharacter(text.charAt(hostEnd))) {
                hostEnd++;
            }
        }
        if (hostEnd == 0) {
            return false;
        }
        return hostEnd == length || text.charAt(hostEnd) == ':' && isPort(text, hostEnd + 1);
    }

    private static boolean isHostCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
    }

    /**
     * Whether the text, in brackets, is an IPv6 address without a zone, to Pekko HTTP and to the JDK: each lets through
     * something that the other does not. In brackets no name is ever looked up.
     */
    private static boolean isIpv6(String text) {
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                return false;
            }
        }
        try {
            // The JDK first: its refusal costs far less.
            return InetAddress.getByName(text).getAddress().length > 0
                    && Uri.Host$.MODULE$
                            .apply(text, StandardCharsets.US_ASCII, Uri.ParsingMode$.MODULE$.apply("relaxed"))
                            .isIPv6();
        } catch (IllegalUriException | UnknownHostException e) {
            return false;
        }
    }

    private static boolean isPort(String text, int start) {
        int port = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i - start >= 5) {
                return false;
            }
            port = port * 10 + digit;
        }
        return port >= 1 && port <= 65535;
    }
}
