package io.convergate.node.breakers.cluster;

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

/** The nodes of a cluster system that can be reached, as this one sees them, and their actors. Any thread. */
final class Nodes {
    /** The name of the actor that each node has. */
    static final String ACTOR = "breakers";

    private final Cluster cluster;
    private final ActorRefResolver resolver;

    Nodes(ActorSystem<?> system) {
        this.cluster = Cluster.get(system);
        this.resolver = ActorRefResolver.get(system);
    }

    /** What a node is known by. */
    private static String name(Address address) {
        return address.hostPort();
    }

    /** This node. */
    String self() {
        return name(cluster.selfMember().address());
    }

    /** Whether this node is a member. */
    boolean isUp() {
        return cluster.selfMember().status() == MemberStatus.up();
    }

    /** The actors of all nodes that can be reached, this one's among them, by the nodes' names. */
    Map<String, ActorRef<BreakerMessage.ToNode>> present() {
        ClusterEvent.CurrentClusterState state = cluster.state();
        Set<Member> unreachable = new HashSet<>(state.getUnreachable());
        Map<String, ActorRef<BreakerMessage.ToNode>> present = new HashMap<>();
        for (Member member : state.getMembers()) {
            if (member.status() == MemberStatus.up() && !unreachable.contains(member)) {
                present.put(name(member.address()), resolver.resolveActorRef(member.address() + "/system/" + ACTOR));
            }
        }
        return present;
    }
}
