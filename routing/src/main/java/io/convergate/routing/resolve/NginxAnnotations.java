package io.convergate.routing.resolve;

import io.convergate.routing.match.ValueTest;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.regex.SafeRegex;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the annotations of ingress-nginx on an Ingress say, those that are served.
 *
 * @param rewriteTarget what takes the place of the path; {@code $1} stands for a group of the path's expression
 * @param regex whether paths are expressions that the request's path begins with, in any case
 * @param httpsRedirect whether requests by plain HTTP are sent to https
 * @param readTimeout how long the response may take to begin
 * @param appRoot where requests for {@code /} are sent
 * @param upstreamVhost the Host that the service gets
 * @param canary what part of the requests it takes, if it is a canary
 * @param cors what scripts of other origins may do
 * @param redirect where all requests are sent instead
 * @param upstream what it says of the services
 */
public record NginxAnnotations(
        Optional<String> rewriteTarget,
        boolean regex,
        boolean httpsRedirect,
        Optional<Duration> readTimeout,
        Optional<String> appRoot,
        Optional<String> upstreamVhost,
        Optional<Canary> canary,
        Optional<Cors> cors,
        Optional<RedirectTo> redirect,
        NginxUpstream upstream) {
    private static final String CORS_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
    private static final String CORS_HEADERS = "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,"
            + "Cache-Control,Content-Type,Range,Authorization";
    private static final int CORS_MAX_AGE = 1_728_000;

    /**
     * What scripts of other origins may do, with the defaults of ingress-nginx. Credentials are for named origins only: no
     * browser sends them where all are allowed.
     */
    public record Cors(
            List<String> origins,
            List<String> methods,
            List<String> headers,
            List<String> exposed,
            int maxAgeSeconds,
            boolean credentials) {
        public Cors {
            origins = List.copyOf(origins);
            methods = List.copyOf(methods);
            headers = List.copyOf(headers);
            exposed = List.copyOf(exposed);
        }
    }

    /**
     * Where requests are sent. The query of a request goes along, also where nginx drops it.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param scheme {@code http} or {@code https}
     * @param host the host
     * @param port the port; empty for the scheme's own
     * @param path the path; empty for the request's own
     */
    public record RedirectTo(int status, String scheme, String host, OptionalInt port, Optional<String> path) {
        private static final Pattern FORM =
                Pattern.compile("(https?)://([A-Za-z0-9.-]{1,253})(?::([0-9]{1,5}))?(/[!-#%-~]*|\\$request_uri)?");

        /** Reads what an annotation says; empty if it is no address that is understood. */
        public static Optional<RedirectTo> parse(String url, int status) {
            Matcher form = FORM.matcher(url);
            if (!form.matches()) {
                return Optional.empty();
            }
            String path = form.group(4);
            return Optional.of(new RedirectTo(
                    status,
                    form.group(1),
                    form.group(2),
                    form.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(form.group(3))),
                    "$request_uri".equals(path) ? Optional.empty() : Optional.of(path == null ? "/" : path)));
        }
    }

    /**
     * What part of the requests a canary takes.
     *
     * @param header the header, in lower case, that says {@code always} or {@code never}, or has the value below
     * @param headerTest the value of the header that means the canary
     * @param cookie the cookie that says {@code always} or {@code never}
     * @param weight how many of {@code weightTotal} other requests
     */
    public record Canary(
            Optional<String> header,
            Optional<ValueTest> headerTest,
            Optional<String> cookie,
            int weight,
            int weightTotal) {}

    /**
     * The annotations of an Ingress. A number that is none counts as not there; the validator refuses it before.
     *
     * @throws IllegalArgumentException if a pattern is no expression
     */
    public static NginxAnnotations of(Ingress ingress) {
        Optional<String> rewrite = ingress.nginx("rewrite-target").filter(target -> !target.isEmpty());
        boolean toHttps = isTrue(ingress, "force-ssl-redirect")
                || isTrue(ingress, "ssl-redirect") && !ingress.tls().isEmpty();
        return new NginxAnnotations(
                rewrite,
                isTrue(ingress, "use-regex")
                        || rewrite.filter(target -> target.indexOf('$') >= 0).isPresent(),
                toHttps,
                number(ingress, "proxy-read-timeout").map(Duration::ofSeconds),
                ingress.nginx("app-root"),
                ingress.nginx("upstream-vhost"),
                isTrue(ingress, "canary") ? Optional.of(canary(ingress)) : Optional.empty(),
                isTrue(ingress, "enable-cors") ? Optional.of(cors(ingress)) : Optional.empty(),
                redirect(ingress, "permanent-redirect", 301).or(() -> redirect(ingress, "temporal-redirect", 302)),
                NginxUpstream.of(ingress));
    }

    private static Optional<RedirectTo> redirect(Ingress ingress, String name, int standard) {
        return ingress.nginx(name)
                .flatMap(url ->
                        RedirectTo.parse(url, number(ingress, name + "-code").orElse(standard)));
    }

    private static Cors cors(Ingress ingress) {
        List<String> origins = list(ingress, "cors-allow-origin", "*");
        return new Cors(
                origins,
                list(ingress, "cors-allow-methods", CORS_METHODS),
                list(ingress, "cors-allow-headers", CORS_HEADERS),
                list(ingress, "cors-expose-headers", ""),
                number(ingress, "cors-max-age").orElse(CORS_MAX_AGE),
                !origins.contains("*")
                        && ingress.nginx("cors-allow-credentials")
                                .filter("false"::equals)
                                .isEmpty());
    }

    private static List<String> list(Ingress ingress, String name, String otherwise) {
        return Arrays.stream(ingress.nginx(name).orElse(otherwise).split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static Canary canary(Ingress ingress) {
        Optional<ValueTest> pattern = ingress.nginx("canary-by-header-pattern")
                .map(text -> new ValueTest.Regex(SafeRegex.compile(".*(?:" + text + ").*")));
        int total = number(ingress, "canary-weight-total").orElse(100);
        return new Canary(
                ingress.nginx("canary-by-header").map(name -> name.toLowerCase(Locale.ROOT)),
                ingress.nginx("canary-by-header-value")
                        .<ValueTest>map(ValueTest.Exact::new)
                        .or(() -> pattern),
                ingress.nginx("canary-by-cookie"),
                Math.min(number(ingress, "canary-weight").orElse(0), total),
                total);
    }

    static boolean isTrue(Ingress ingress, String name) {
        return ingress.nginx(name).filter("true"::equals).isPresent();
    }

    /** A number from 0 to a billion less one. */
    static Optional<Integer> number(Ingress ingress, String name) {
        return ingress.nginx(name).filter(text -> text.matches("[0-9]{1,9}")).map(Integer::valueOf);
    }
}
