package io.convergate.node.edge.upstream;

import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.UpstreamInfo;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the names of upstreams, again and again: the resolver keeps an answer for its TTL (a second at least, a minute
 * at most) and is asked every five seconds. A name that cannot be resolved keeps the addresses it had. Runs on the first
 * loop; nobody waits for it.
 */
final class NameResolution {
    private static final Logger LOG = LoggerFactory.getLogger(NameResolution.class);
    private static final int ASK_EVERY_S = 5;
    private static final int TTL_MIN_S = 1;
    private static final int TTL_MAX_S = 60;
    private static final int QUERY_TIMEOUT_MS = 3_000;
    private static final int LAST_KNOWN_MAX = 10_000;

    private final WireLoop loop;
    private final DnsNameResolver resolver;
    private final Map<UpstreamRuntime, Watch> watches = new ConcurrentHashMap<>();
    /** What names stood for when they were last asked for, so that a changed upstream need not wait for its addresses. */
    private final Map<String, List<InetAddress>> lastKnown = new ConcurrentHashMap<>();

    /** One upstream's names with the addresses they had last. Confined to the loop. */
    private record Watch(
            Consumer<Map<String, List<InetAddress>>> told,
            Map<String, List<InetAddress>> known,
            Set<String> unanswered,
            CompletableFuture<Void> answered) {}

    NameResolution(EdgeLoops loops) {
        loop = loops.loops().get(0);
        resolver = new DnsNameResolverBuilder(loop.eventLoop())
                .datagramChannelType(loops.datagramChannel())
                .ttl(TTL_MIN_S, TTL_MAX_S)
                .negativeTtl(TTL_MIN_S)
                .queryTimeoutMillis(QUERY_TIMEOUT_MS)
                .build();
        loop.eventLoop().scheduleWithFixedDelay(this::askAll, ASK_EVERY_S, ASK_EVERY_S, TimeUnit.SECONDS);
    }

    static boolean isLiteral(String address) {
        return NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address);
    }

    static InetAddress parse(String literal) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(literal));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(literal, e);
        }
    }

    /** The addresses that the upstream's names had when they were last asked for; of some names perhaps none. */
    Map<String, List<InetAddress>> lastKnown(UpstreamInfo upstream) {
        Map<String, List<InetAddress>> known = new HashMap<>();
        for (String name : names(upstream)) {
            List<InetAddress> addresses = lastKnown.get(name);
            if (addresses != null) {
                known.put(name, used(upstream, addresses));
            }
        }
        return known;
    }

    /**
     * Tells the addresses of each of the upstream's names now and whenever they change.
     *
     * @return done when every name has been answered or refused for the first time
     */
    CompletionStage<Void> watch(UpstreamRuntime runtime, Consumer<Map<String, List<InetAddress>>> told) {
        Set<String> names = names(runtime.info());
        Watch watch = new Watch(
                told, new HashMap<>(lastKnown(runtime.info())), new HashSet<>(names), new CompletableFuture<>());
        watches.put(runtime, watch);
        if (names.isEmpty() || watch.known.keySet().containsAll(names)) {
            watch.answered.complete(null);
        }
        loop.execute(() -> ask(runtime, watch));
        return watch.answered;
    }

    private static Set<String> names(UpstreamInfo upstream) {
        Set<String> names = new LinkedHashSet<>();
        for (EndpointSpec spec : upstream.endpoints()) {
            if (!isLiteral(spec.address())) {
                names.add(spec.address());
            }
        }
        return names;
    }

    void forget(UpstreamRuntime runtime) {
        watches.remove(runtime);
    }

    private void askAll() {
        watches.forEach(this::ask);
    }

    private void ask(UpstreamRuntime runtime, Watch watch) {
        for (String name : names(runtime.info())) {
            resolver.resolveAll(name).addListener((Future<List<InetAddress>> answer) -> {
                if (answer.isSuccess()) {
                    resolved(runtime, watch, name, answer.getNow());
                } else if (watch.unanswered.contains(name)) {
                    LOG.warn(
                            "{} of {} cannot be resolved: {}",
                            name,
                            runtime.info().name(),
                            answer.cause().getMessage());
                }
                watch.unanswered.remove(name);
                if (watch.unanswered.isEmpty()) {
                    watch.answered.complete(null);
                }
            });
        }
    }

    private void resolved(UpstreamRuntime runtime, Watch watch, String name, List<InetAddress> found) {
        if (lastKnown.size() < LAST_KNOWN_MAX || lastKnown.containsKey(name)) {
            lastKnown.put(name, List.copyOf(found));
        }
        List<InetAddress> addresses = used(runtime.info(), found);
        List<InetAddress> before = watch.known.put(name, addresses);
        if (before == null || !Set.copyOf(before).equals(Set.copyOf(addresses))) {
            watch.told.accept(Map.copyOf(watch.known));
        }
    }

    /** Of the addresses in an answer those that count. */
    private static List<InetAddress> used(UpstreamInfo upstream, List<InetAddress> answer) {
        return List.copyOf(upstream.resolution() == Resolution.DNS_ROUND_ROBIN ? answer.subList(0, 1) : answer);
    }

    void close() {
        watches.clear();
        resolver.close();
    }
}
