package io.convergate.config;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.ExtensionIdProvider;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.apache.pekko.remote.transport.ThrottlerTransportAdapter;

/**
 * Cuts links between the nodes of this process, each direction by itself: what one sends to another is dropped. A system
 * that is made later finds its links cut as they were. Pekko loads this into every system by the tests' configuration.
 */
public final class Cuts extends AbstractExtensionId<Cuts.Wire> implements ExtensionIdProvider {
    private static final Map<Address, Wire> WIRES = new ConcurrentHashMap<>();
    private static final Set<Link> CUT = ConcurrentHashMap.newKeySet();

    private static final ThrottlerTransportAdapter.Direction SEND = send();

    private record Link(Address from, Address to) {}

    /** One system's outgoing links. */
    public static final class Wire implements Extension {
        private final ExtendedActorSystem system;
        private final RemoteActorRefProvider provider;

        Wire(ExtendedActorSystem system, RemoteActorRefProvider provider) {
            this.system = system;
            this.provider = provider;
        }

        private void apply(Address to, boolean cut) {
            ThrottlerTransportAdapter.ThrottleMode mode =
                    cut ? ThrottlerTransportAdapter.Blackhole$.MODULE$ : ThrottlerTransportAdapter.Unthrottled$.MODULE$;
            provider.transport().managementCommand(new ThrottlerTransportAdapter.SetThrottle(to, SEND, mode));
        }
    }

    /** A Scala object in the companion of its type: javac has no name for it. */
    private static ThrottlerTransportAdapter.Direction send() {
        try {
            return (ThrottlerTransportAdapter.Direction)
                    Class.forName("org.apache.pekko.remote.transport.ThrottlerTransportAdapter$Direction$Send$")
                            .getField("MODULE$")
                            .get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Wire createExtension(ExtendedActorSystem system) {
        if (!(system.provider() instanceof RemoteActorRefProvider provider)) {
            throw new IllegalStateException("only for systems that know remoting");
        }
        Wire wire = new Wire(system, provider);
        Address self = provider.getDefaultAddress();
        WIRES.put(self, wire);
        // By host: what a node sends from another port is cut as well.
        CUT.stream()
                .filter(link -> link.from().host().equals(self.host()))
                .forEach(link -> wire.apply(link.to(), true));
        return wire;
    }

    @Override
    public Cuts lookup() {
        return this;
    }

    /** Drops what one node sends to another. */
    static void cut(TestNode from, TestNode to) {
        set(from, to, true);
    }

    /** Lets through again what one node sends to another. */
    static void heal(TestNode from, TestNode to) {
        set(from, to, false);
    }

    /** A node's cluster system takes another one for down, at once. */
    static void down(TestNode by, TestNode other) {
        Cluster.get(WIRES.get(by.pekkoAddress()).system).down(other.pekkoAddress());
    }

    /** Everything is let through. */
    static void healAll() {
        for (Link link : Set.copyOf(CUT)) {
            CUT.remove(link);
            WIRES.get(link.from()).apply(link.to(), false);
        }
    }

    private static void set(TestNode from, TestNode to, boolean cut) {
        Link link = new Link(from.pekkoAddress(), to.pekkoAddress());
        boolean changed = cut ? CUT.add(link) : CUT.remove(link);
        Wire wire = WIRES.get(link.from());
        if (changed && wire != null) {
            wire.apply(link.to(), cut);
        }
    }
}
