package io.convergate.node.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The nodes of a cluster system that can be reached, as this one sees them, and an actor that each of them has. Any thread.
 *
 * @param <T> what that actor takes
 */
public final class Nodes<T> {
    private final Cluster cluster;
    private final ActorRefResolver resolver;
    private final String actor;

    /** @param actor the name of the system actor */
    public Nodes(ActorSystem<?> system, String actor) {
        this.cluster = Cluster.get(system);
        this.resolver = ActorRefResolver.get(system);
        this.actor = actor;
    }

    /** What a node is known by. */
    private static String name(Address address) {
        return address.hostPort();
    }

    /** This node. */
    public String self() {
        return name(cluster.selfMember().address());
    }

    /** Whether this node is a member. */
    public boolean isUp() {
        return cluster.selfMember().status() == MemberStatus.up();
    }

    /** The actors of all nodes that can be reached, this one's among them, by the nodes' names. */
    public Map<String, ActorRef<T>> present() {
        ClusterEvent.CurrentClusterState state = cluster.state();
        Set<Member> unreachable = new HashSet<>(state.getUnreachable());
        Map<String, ActorRef<T>> present = new HashMap<>();
        for (Member member : state.getMembers()) {
            if (member.status() == MemberStatus.up() && !unreachable.contains(member)) {
                present.put(name(member.address()), resolver.resolveActorRef(member.address() + "/system/" + actor));
            }
        }
        return present;
    }
}
