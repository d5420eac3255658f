package io.convergate.loadgen.fault.proxy;

import io.convergate.loadgen.net.Loops;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A TCP proxy with any number of named links, up to 1000. Thread-safe. */
public final class FaultProxy implements AutoCloseable {
    private static final int LINKS_MAX = 1000;

    private final Map<String, ProxyLink> links = new ConcurrentSkipListMap<>();
    private final Loops loops;
    private final long seed;

    private FaultProxy(int threads, long seed) {
        this.loops = Loops.start("fault-proxy", threads);
        this.seed = seed;
    }

    /**
     * Starts one without links.
     *
     * @param threads event loops
     * @param seed of every draw it makes
     */
    public static FaultProxy start(int threads, long seed) {
        return new FaultProxy(threads, seed);
    }

    /**
     * Adds a link and opens its port.
     *
     * @param listen port 0 for any free one
     * @throws IllegalArgumentException if there is one of that name, or too many
     */
    public synchronized ProxyLink add(String name, InetSocketAddress listen, InetSocketAddress upstream) {
        ProxyLink link = prepare(name, listen, upstream);
        link.enable();
        links.put(name, link);
        return link;
    }

    /** Adds a link whose port is closed. */
    synchronized ProxyLink addDisabled(String name, InetSocketAddress listen, InetSocketAddress upstream) {
        ProxyLink link = prepare(name, listen, upstream);
        links.put(name, link);
        return link;
    }

    private ProxyLink prepare(String name, InetSocketAddress listen, InetSocketAddress upstream) {
        if (links.containsKey(name) || links.size() >= LINKS_MAX) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: a new one, of " + LINKS_MAX + " at most)");
        }
        return new ProxyLink(name, listen, upstream, loops, seed);
    }

    public Optional<ProxyLink> link(String name) {
        return Optional.ofNullable(links.get(name));
    }

    /** All links, by name. */
    public List<ProxyLink> links() {
        return List.copyOf(links.values());
    }

    /** Closes a link and forgets it. */
    public synchronized void remove(String name) {
        ProxyLink link = links.remove(name);
        if (link != null) {
            link.disable();
        }
    }

    /** Opens all ports and removes all toxics. */
    public synchronized void reset() {
        links.values().forEach(link -> {
            link.purify();
            link.enable();
        });
    }

    @Override
    public synchronized void close() {
        links.values().forEach(ProxyLink::disable);
        links.clear();
        loops.close();
    }
}
