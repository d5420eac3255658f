package io.convergate.loadgen.load;

import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The cookies of one user, kept as a browser keeps them (RFC 6265), of the one service that a load talks to: by name and path, until they
 * end. Domains are not looked at. At most {@value #COOKIES_MAX} of {@value #LENGTH_MAX} characters each; what is longer is not kept, and for
 * one more the oldest goes. Confined to its worker's loop.
 */
final class CookieJar {
    /** RFC 6265 6.1: what every user agent should keep of one domain, at least. */
    static final int COOKIES_MAX = 50;

    static final int LENGTH_MAX = 4_096;

    private final List<Kept> cookies = new ArrayList<>(2);

    /** @param endsNanos of {@link System#nanoTime()}, if it ends at all */
    private record Kept(String name, String value, String path, boolean isSecure, boolean ends, long endsNanos) {
        boolean isFor(String requested) {
            return requested.startsWith(path)
                    && (requested.length() == path.length()
                            || path.endsWith("/")
                            || requested.charAt(path.length()) == '/');
        }
    }

    boolean isEmpty() {
        return cookies.isEmpty();
    }

    /** Takes a {@code Set-Cookie} of an answer; one that can not be understood is nothing. */
    void take(String setCookie, String target, long nowNanos) {
        Cookie cookie = setCookie.length() > LENGTH_MAX ? null : ClientCookieDecoder.LAX.decode(setCookie);
        if (cookie == null) {
            return;
        }
        String own = cookie.path();
        String path = own == null || !own.startsWith("/") ? directory(withoutQuery(target)) : own;
        cookies.removeIf(
                kept -> kept.name().equals(cookie.name()) && kept.path().equals(path));
        boolean ends = cookie.maxAge() != Cookie.UNDEFINED_MAX_AGE;
        if (ends && cookie.maxAge() <= 0) {
            return;
        }
        if (cookies.size() == COOKIES_MAX) {
            cookies.remove(0);
        }
        String value = cookie.wrap() ? '"' + cookie.value() + '"' : cookie.value();
        long lifeSeconds = Math.min(cookie.maxAge(), TimeUnit.DAYS.toSeconds(365));
        cookies.add(new Kept(
                cookie.name(),
                value,
                path,
                cookie.isSecure(),
                ends,
                nowNanos + TimeUnit.SECONDS.toNanos(ends ? lifeSeconds : 0)));
    }

    /** What a request for that target says in {@code Cookie}; empty for nothing. The longest paths come first (RFC 6265 5.4). */
    String header(String target, boolean isSecure, long nowNanos) {
        cookies.removeIf(kept -> kept.ends() && kept.endsNanos() - nowNanos <= 0);
        String path = withoutQuery(target);
        StringBuilder text = new StringBuilder();
        cookies.stream()
                .filter(kept -> kept.isFor(path) && (isSecure || !kept.isSecure()))
                .sorted(Comparator.comparingInt((Kept kept) -> -kept.path().length()))
                .forEach(kept -> text.append(text.isEmpty() ? "" : "; ")
                        .append(kept.name())
                        .append('=')
                        .append(kept.value()));
        return text.toString();
    }

    private static String withoutQuery(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    // RFC 6265 5.1.4.
    private static String directory(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }
}
