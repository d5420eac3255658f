package io.convergate.node.edge.upstream;

import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The upstreams a node serves and the endpoints behind them. Upstreams that share an address share its connections. Calls
 * are serialised; nothing here is on the path of a request.
 */
public final class Upstreams {
    /** A table waits this long for the addresses of names that nobody has asked for yet. */
    private static final int NAMES_WITHIN_S = 3;

    private final EdgeLoops loops;
    private final NameResolution names;
    private final Map<InetSocketAddress, Endpoint> endpoints = new HashMap<>();
    private final Set<UpstreamRuntime> served = new HashSet<>();

    /** Asks the DNS servers of this machine. */
    public Upstreams(EdgeLoops loops) {
        this(loops, DnsServerAddressStreamProviders.platformDefault());
    }

    Upstreams(EdgeLoops loops, DnsServerAddressStreamProvider servers) {
        this.loops = loops;
        this.names = new NameResolution(loops, servers);
    }

    /** What the compiler attaches to an upstream. It has its endpoints at once, as far as their addresses are known. */
    public UpstreamRuntime runtime(UpstreamInfo info) {
        UpstreamRuntime runtime = new UpstreamRuntime(info, loops.loops().size());
        assign(runtime, names.lastKnown(info));
        return runtime;
    }

    /**
     * Prepares the upstreams of the table that is about to be served.
     *
     * @return done when the names of those that are new have been resolved, or after a few seconds; never fails
     */
    public synchronized CompletionStage<Void> prepare(Collection<Upstream> upstreams) {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            UpstreamRuntime runtime = (UpstreamRuntime) upstream.attachment();
            if (served.add(runtime)) {
                // Again: an address may have been let go since the runtime was made.
                assign(runtime, names.lastKnown(runtime.info()));
                if (runtime.info().resolution() != Resolution.STATIC) {
                    answers.add(names.watch(runtime, addresses -> assign(runtime, addresses))
                            .toCompletableFuture());
                }
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, NAMES_WITHIN_S, TimeUnit.SECONDS);
    }

    /** Lets go of every upstream that is none of these: the table that named it is no longer served. */
    public synchronized void retain(Collection<Upstream> upstreams) {
        Set<UpstreamRuntime> wanted = new HashSet<>();
        for (Upstream upstream : upstreams) {
            wanted.add((UpstreamRuntime) upstream.attachment());
        }
        served.removeIf(runtime -> {
            boolean gone = !wanted.contains(runtime);
            if (gone) {
                names.forget(runtime);
            }
            return gone;
        });
        retireUnused();
    }

    /** Gives the runtime the endpoints that its specification and these addresses of its names make. */
    private synchronized void assign(UpstreamRuntime runtime, Map<String, List<InetAddress>> addresses) {
        Map<Endpoint, Integer> weights = new LinkedHashMap<>();
        for (EndpointSpec spec : runtime.info().endpoints()) {
            for (InetAddress address : addresses.getOrDefault(spec.address(), literal(spec))) {
                Endpoint endpoint = endpoints.computeIfAbsent(
                        new InetSocketAddress(address, spec.port()),
                        socket -> new Endpoint(socket, loops.loops().size()));
                weights.merge(endpoint, spec.weight(), Integer::sum);
            }
        }
        List<Endpoint> list = new ArrayList<>(weights.keySet());
        runtime.endpoints(
                list, weights.values().stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<InetAddress> literal(EndpointSpec spec) {
        return NameResolution.isLiteral(spec.address()) ? List.of(NameResolution.parse(spec.address())) : List.of();
    }

    private void retireUnused() {
        Set<Endpoint> used = new HashSet<>();
        served.forEach(runtime -> used.addAll(runtime.endpoints()));
        endpoints.values().removeIf(endpoint -> {
            boolean unused = !used.contains(endpoint);
            if (unused) {
                endpoint.retire();
                for (WireLoop loop : loops.loops()) {
                    loop.execute(() -> endpoint.pool(loop).closeIdle());
                }
            }
            return unused;
        });
    }

    /** Ends the resolution of names. */
    public void close() {
        names.close();
    }
}
