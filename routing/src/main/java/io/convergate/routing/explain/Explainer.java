package io.convergate.routing.explain;

import io.convergate.routing.explain.Explanation.Candidate;
import io.convergate.routing.explain.Explanation.Outcome;
import io.convergate.routing.explain.Explanation.Verdict;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.request.Authority;
import io.convergate.routing.request.IpAddresses;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Explains where a request goes. The winner is whatever the table that traffic uses says; why the others lost is asked of
 * the very conditions in it. Pure; any thread may use it.
 */
public final class Explainer {
    private final RouteTable table;
    private final Absentees absentees;
    private final int routesMax;
    private final Function<Upstream, List<String>> endpoints;

    /**
     * @param table what is served
     * @param absentees finds the routes that are not in it
     * @param routesMax how many routes are listed, at least 1
     * @param endpoints the endpoints of an upstream, each with what stands against it
     */
    public Explainer(RouteTable table, Absentees absentees, int routesMax, Function<Upstream, List<String>> endpoints) {
        this.table = table;
        this.absentees = absentees;
        this.routesMax = routesMax;
        this.endpoints = endpoints;
    }

    /** A virtual host and its pattern. */
    private record Named(String pattern, VirtualHost host) {}

    /** The endpoints of an upstream as they are configured. */
    public static List<String> endpoints(Upstream upstream) {
        return upstream.info().groups().stream()
                .flatMap(group -> group.endpoints().stream()
                        .map(endpoint -> endpoint.address()
                                + ':'
                                + endpoint.port()
                                + (group.name().isEmpty() ? "" : " (" + group.name() + ')')))
                .toList();
    }

    /**
     * The listener that takes a request: the one on the address that is asked, if a server is bound to it; else the one on the node's
     * own address; else the only one of the port.
     */
    private ListenerId taker(Question request) {
        String asked = IpAddresses.canonical(host(request));
        List<ListenerId> ofPort = table.listeners().stream()
                .map(ListenerSpec::id)
                .filter(id -> id.port() == request.port())
                .toList();
        return ofPort.stream()
                .filter(id -> id.bind().equals(asked))
                .findFirst()
                .or(() -> ofPort.stream().filter(id -> id.bind().isEmpty()).findFirst())
                .or(() -> ofPort.stream().findFirst())
                .orElse(ListenerId.of(request.port()));
    }

    /** Where a request goes, and why. */
    public Explanation explain(Question request) {
        ListenerId id = taker(request);
        PortTable port = table.listener(id);
        if (port == null) {
            String ports = Conditions.joined(table.listeners().stream().map(Explainer::listener));
            return new Explanation(
                    line(request),
                    "nothing listens on port " + request.port() + (ports.isEmpty() ? "" : "; there is: " + ports),
                    "",
                    "",
                    List.of(),
                    0,
                    refused(0, "", "the connection is refused: no Gateway of this node opens port " + request.port()));
        }
        String listener = table.listeners().stream()
                .filter(spec -> spec.id().equals(id))
                .map(Explainer::listener)
                .findFirst()
                .orElse("port " + request.port());
        String others = Conditions.joined(table.listeners().stream()
                .filter(spec -> spec.id().port() == request.port() && !spec.id().equals(id))
                .map(Explainer::listener));
        listener += others.isEmpty() ? "" : "; not asked: " + others;
        Named named = named(port, request);
        if (named == null) {
            return new Explanation(
                    line(request),
                    listener,
                    "",
                    "no host pattern of this listener covers " + host(request) + "; it has: " + patterns(port),
                    List.of(),
                    0,
                    refused(404, "NR", "404: no virtual host for " + host(request)));
        }
        CompiledRoute winner = port.match(request);
        List<Candidate> candidates = candidates(named, winner, request);
        List<Candidate> shown = candidates.size() <= routesMax ? candidates : shortened(candidates);
        return new Explanation(
                line(request),
                listener,
                named.pattern(),
                because(named.pattern(), port, request),
                shown,
                candidates.size() - shown.size(),
                winner == null
                        ? refused(
                                404,
                                "NR",
                                "404: no route of " + named.pattern() + " takes it, and no other host is asked")
                        : Verdicts.of(winner, request, endpoints));
    }

    /** As many as are listed; the one that was chosen is among them. */
    private List<Candidate> shortened(List<Candidate> candidates) {
        List<Candidate> shown = new ArrayList<>(candidates.subList(0, routesMax));
        candidates.stream()
                .skip(routesMax)
                .filter(candidate -> candidate.outcome() == Outcome.CHOSEN)
                .findFirst()
                .ifPresent(chosen -> shown.set(routesMax - 1, chosen));
        return shown;
    }

    private static Verdict refused(int status, String flag, String says) {
        return new Verdict("refuse", status, flag, says, List.of(), List.of());
    }

    private static String listener(ListenerSpec spec) {
        String bind = spec.id().bind();
        return "port " + spec.id().port() + (bind.isEmpty() ? "" : " of " + bind) + ", " + spec.protocol();
    }

    private static String line(Question request) {
        String query = request.query();
        return request.method() + ' ' + request.scheme() + "://" + request.authority() + request.path()
                + (query == null ? "" : '?' + query);
    }

    private static String host(Question request) {
        String authority = request.authority();
        return authority.isEmpty() ? "a request without a host" : authority.substring(0, Authority.hostEnd(authority));
    }

    private static @Nullable Named named(PortTable port, Question request) {
        VirtualHost chosen = port.host(request.authority());
        return port.hosts().entrySet().stream()
                .filter(entry -> entry.getValue() == chosen)
                .findFirst()
                .map(entry -> new Named(entry.getKey(), entry.getValue()))
                .orElse(null);
    }

    private static String patterns(PortTable port) {
        int more = port.hosts().size() - 20;
        return Conditions.joined(port.hosts().keySet().stream().sorted().limit(20))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static String because(String pattern, PortTable port, Question request) {
        String host = host(request).toLowerCase(Locale.ROOT);
        List<String> wider = new ArrayList<>();
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            String suffix = '*' + host.substring(dot);
            if (!suffix.equals(pattern) && port.hosts().containsKey(suffix)) {
                wider.add(suffix);
            }
        }
        if (!pattern.equals("*") && port.hosts().containsKey("*")) {
            wider.add("*");
        }
        String why = pattern.equals("*")
                ? "no narrower pattern covers " + host
                : pattern.indexOf('*') < 0 && !pattern.startsWith(PortTable.ONE_LABEL)
                        ? "the exact name"
                        : "the longest pattern that covers " + host;
        return wider.isEmpty() ? why : why + "; not asked: " + String.join(", ", wider);
    }

    private List<Candidate> candidates(Named named, @Nullable CompiledRoute winner, Question request) {
        List<Candidate> candidates = new ArrayList<>();
        CompiledRoute redirect = named.host().httpsRedirect();
        boolean found = winner != null && winner == redirect;
        if (redirect != null) {
            candidates.add(new Candidate(
                    "",
                    text(redirect.source()),
                    text(redirect.source()) + " tls.httpsRedirect",
                    "scheme http",
                    found ? Outcome.CHOSEN : Outcome.FAILED,
                    found ? "" : "scheme " + request.scheme() + " (expected: http)"));
        }
        for (RouteEntry entry : named.host().routes()) {
            RouteInfo info = entry.route().info();
            Optional<String> failed = Conditions.firstFailed(entry, request);
            boolean chosen = entry.route() == winner;
            Outcome outcome = chosen ? Outcome.CHOSEN : failed.isPresent() ? Outcome.FAILED : Outcome.TOO_LATE;
            found |= chosen;
            candidates.add(new Candidate(
                    info.name(),
                    text(info.source()),
                    text(info.writtenIn()) + (info.path().isEmpty() ? "" : ' ' + info.path()),
                    Conditions.all(entry),
                    outcome,
                    failed.orElse(chosen ? "" : "an earlier route takes it")));
        }
        candidates.addAll(absentees.of(named.pattern(), named.host().routes(), request.port()));
        return candidates;
    }

    /** A resource as people write it. */
    static String text(ResourceKey key) {
        return key.kind() + ' ' + key.namespace() + '/' + key.name();
    }
}
