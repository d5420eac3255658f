package io.convergate.routing.resolve;

import io.convergate.routing.match.ValueTest;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.regex.SafeRegex;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
 */
public record NginxAnnotations(
        Optional<String> rewriteTarget,
        boolean regex,
        boolean httpsRedirect,
        Optional<Duration> readTimeout,
        Optional<String> appRoot,
        Optional<String> upstreamVhost,
        Optional<Canary> canary,
        Optional<Cors> cors) {
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
        boolean redirect = isTrue(ingress, "force-ssl-redirect")
                || isTrue(ingress, "ssl-redirect") && !ingress.tls().isEmpty();
        return new NginxAnnotations(
                rewrite,
                isTrue(ingress, "use-regex")
                        || rewrite.filter(target -> target.indexOf('$') >= 0).isPresent(),
                redirect,
                number(ingress, "proxy-read-timeout").map(Duration::ofSeconds),
                ingress.nginx("app-root"),
                ingress.nginx("upstream-vhost"),
                isTrue(ingress, "canary") ? Optional.of(canary(ingress)) : Optional.empty(),
                isTrue(ingress, "enable-cors") ? Optional.of(cors(ingress)) : Optional.empty());
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

    private static boolean isTrue(Ingress ingress, String name) {
        return ingress.nginx(name).filter("true"::equals).isPresent();
    }

    /** A number from 0 to a billion less one. */
    private static Optional<Integer> number(Ingress ingress, String name) {
        return ingress.nginx(name).filter(text -> text.matches("[0-9]{1,9}")).map(Integer::valueOf);
    }
}
