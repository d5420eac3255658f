package io.convergate.node.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests the access log has. A condition is {@code key=value}, or several with {@code &} between them that must all hold;
 * {@code *} at an end of a value stands for anything. Immutable; any thread.
 *
 * <ul>
 *   <li>{@code status=404}, {@code status=5xx}, {@code status=500-599}; 0 if the client got none
 *   <li>{@code slower=250ms}: from the request's head to the reply's last byte
 *   <li>{@code flag=UF}, {@code flag=any}
 *   <li>{@code method=}, {@code path=} (as received, without its query), {@code host=} (the authority)
 *   <li>{@code route=} the name of a route, or {@code namespace/name} of the resource it is in
 *   <li>{@code header=name:value}, {@code header=name} if there is one
 *   <li>{@code sampled=true}: its trace is recorded
 * </ul>
 */
public final class LogFilter {
    /** Every request. */
    public static final LogFilter ALL = new LogFilter(List.of(), List.of(), 1);

    /** The most conditions of a kind. */
    public static final int CONDITIONS_MAX = 64;

    private static final String KEYS = "status, slower, flag, method, path, host, route, header or sampled";
    private static final Pattern CLASS = Pattern.compile("([1-5])xx");
    private static final Pattern CODES = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern FLAG_ANY = Pattern.compile("any", Pattern.CASE_INSENSITIVE);

    private final List<Predicate<RequestRecord>> only;
    private final List<Predicate<RequestRecord>> skip;
    private final int oneIn;

    private LogFilter(List<Predicate<RequestRecord>> only, List<Predicate<RequestRecord>> skip, int oneIn) {
        this.only = List.copyOf(only);
        this.skip = List.copyOf(skip);
        this.oneIn = oneIn;
    }

    /**
     * The filter that this is written as.
     *
     * @param only requests for which one of these holds are logged
     * @param skip requests for which one of these holds are not, whatever {@code only} says
     * @param oneIn of the requests that {@code only} does not pick one in so many is logged; empty for all if there is no
     *     {@code only}, else for none
     * @throws IllegalArgumentException if a condition is none, or there are too many
     */
    public static LogFilter of(List<String> only, List<String> skip, OptionalInt oneIn) {
        return new LogFilter(conditions(only), conditions(skip), oneIn.orElse(only.isEmpty() ? 1 : 0));
    }

    private static List<Predicate<RequestRecord>> conditions(List<String> written) {
        if (written.size() > CONDITIONS_MAX) {
            throw new IllegalArgumentException(
                    written.size() + " conditions (expected: at most " + CONDITIONS_MAX + ")");
        }
        List<Predicate<RequestRecord>> conditions = new ArrayList<>();
        for (String condition : written) {
            Predicate<RequestRecord> all = request -> true;
            for (String part : condition.split("&", -1)) {
                all = all.and(condition(part.strip()));
            }
            conditions.add(all);
        }
        return conditions;
    }

    /** Whether the log has this request. On the thread that served it. */
    boolean takes(RequestRecord request) {
        if (holdsAny(skip, request)) {
            return false;
        }
        return oneIn == 1
                || holdsAny(only, request)
                || oneIn > 1 && ThreadLocalRandom.current().nextInt(oneIn) == 0;
    }

    private static boolean holdsAny(List<Predicate<RequestRecord>> conditions, RequestRecord request) {
        for (int i = 0; i < conditions.size(); i++) { // an iterator would be an allocation
            if (conditions.get(i).test(request)) {
                return true;
            }
        }
        return false;
    }

    private static Predicate<RequestRecord> condition(String written) {
        int equals = written.indexOf('=');
        String key = equals < 0 ? written : written.substring(0, equals);
        String value = equals < 0 ? "" : written.substring(equals + 1);
        if (value.isEmpty()) {
            throw wrong(written, "key=value, with " + KEYS + " for the key");
        }
        switch (key) {
            case "status":
                return status(written, value);
            case "slower":
                return slower(written, value);
            case "flag":
                return flag(written, value);
            case "method":
                return text(value, request -> request.method);
            case "path":
                return text(value, LogFilter::path);
            case "host":
                return text(value.toLowerCase(Locale.ROOT), request -> request.authority.toLowerCase(Locale.ROOT));
            case "route":
                return route(value);
            case "header":
                return header(written, value);
            case "sampled":
                return sampled(written, value);
            default:
                throw wrong(written, KEYS + " before the equals sign");
        }
    }

    private static IllegalArgumentException wrong(String written, String expected) {
        return new IllegalArgumentException(written + " (expected: " + expected + ")");
    }

    private static Predicate<RequestRecord> status(String written, String value) {
        Matcher ofClass = CLASS.matcher(value);
        Matcher codes = CODES.matcher(value);
        if (!ofClass.matches() && !codes.matches()) {
            throw wrong(written, "a status, such as 404, 5xx or 500-599; 0 for none");
        }
        int first = ofClass.matches() ? Integer.parseInt(ofClass.group(1)) * 100 : Integer.parseInt(codes.group(1));
        int last = ofClass.matches()
                ? first + 99
                : Optional.ofNullable(codes.group(2)).map(Integer::parseInt).orElse(first);
        if (last < first) {
            throw wrong(written, "the smaller status first");
        }
        return request -> request.status >= first && request.status <= last;
    }

    private static Predicate<RequestRecord> slower(String written, String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            throw wrong(written, "a whole number with ms, s, m or h");
        }
        long unit =
                switch (time.group(2)) {
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    default -> 3_600_000_000_000L;
                };
        long nanos = Long.parseLong(time.group(1)) * unit;
        return request -> request.endNanos - request.startNanos > nanos;
    }

    private static Predicate<RequestRecord> flag(String written, String value) {
        if (FLAG_ANY.matcher(value).matches()) {
            return request -> request.isFlagged() && request.flag != ResponseFlag.DR;
        }
        for (ResponseFlag flag : ResponseFlag.ALL) {
            if (flag.name().equals(value)) {
                return request -> request.has(flag);
            }
        }
        throw wrong(written, "any, or one of " + ResponseFlag.ALL);
    }

    private static Predicate<RequestRecord> route(String value) {
        Predicate<String> matches = pattern(value);
        return request -> matches.test(request.routeName)
                || request.matched != null
                        && matches.test(request.matched.source().namespace()
                                + '/'
                                + request.matched.source().name());
    }

    private static Predicate<RequestRecord> header(String written, String value) {
        int colon = value.indexOf(':');
        String name = (colon < 0 ? value : value.substring(0, colon)).toLowerCase(Locale.ROOT);
        if (name.isBlank()) {
            throw wrong(written, "name, or name:value");
        }
        return text(
                colon < 0 ? "*" : value.substring(colon + 1).strip(),
                request -> request.received == null ? null : request.received.joined(name));
    }

    private static Predicate<RequestRecord> sampled(String written, String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong(written, "true or false");
        }
        boolean wanted = value.equals("true");
        return request -> request.trace != null == wanted;
    }

    private static Predicate<RequestRecord> text(String value, Function<RequestRecord, @Nullable String> of) {
        Predicate<String> matches = pattern(value);
        return request -> {
            String found = of.apply(request);
            return found != null && matches.test(found);
        };
    }

    private static Predicate<String> pattern(String value) {
        boolean openStart = value.startsWith("*");
        boolean openEnd = value.length() > 1 && value.endsWith("*");
        String core = value.substring(openStart ? 1 : 0, value.length() - (openEnd ? 1 : 0));
        if (openStart) {
            return openEnd ? text -> text.contains(core) : text -> text.endsWith(core);
        }
        return openEnd ? text -> text.startsWith(core) : core::equals;
    }

    private static String path(RequestRecord request) {
        int query = request.target.indexOf('?');
        return query < 0 ? request.target : request.target.substring(0, query);
    }
}
