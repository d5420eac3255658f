package io.convergate.node.limits.cluster;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** When nodes were removed from a cluster system, by their address: in order, as dead, or because they came back anew. Any thread. */
final class Departures {
    private final Map<Address, Long> last = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();

    private Departures() {}

    /** Those of a cluster system, from now on. */
    static Departures of(ActorSystem<?> system) {
        Departures made = new Departures();
        ActorRef<ClusterEvent.MemberRemoved> listener = system.systemActorOf(
                Behaviors.receiveMessage((ClusterEvent.MemberRemoved removed) -> {
                    made.left(removed.member().address());
                    return Behaviors.same();
                }),
                "limit-departures",
                Props.empty());
        Cluster.get(system).subscriptions().tell(new Subscribe<>(listener, ClusterEvent.MemberRemoved.class));
        return made;
    }

    private void left(Address address) {
        last.put(address, System.nanoTime());
        count.incrementAndGet();
    }

    /** How many there were. */
    long count() {
        return count.get();
    }

    /** When the last node of an address was removed, as {@link System#nanoTime}. */
    OptionalLong last(Address address) {
        Long nanos = last.get(address);
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }
}
