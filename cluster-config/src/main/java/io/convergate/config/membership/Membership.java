package io.convergate.config.membership;

import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.MemberId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * A cluster's members at one moment.
 *
 * @param present every member and whether it is there
 * @param reachable where those listen that are full members and reachable, this node among them
 * @param up those of them that are not leaving, and which incarnation of each: a node has another one with each cluster system
 */
public record Membership(Map<MemberId, Presence> present, Set<NodeAddress> reachable, Map<NodeAddress, Long> up) {
    /** The membership of a Pekko cluster state. */
    public static Membership of(ClusterEvent.CurrentClusterState state) {
        Map<MemberId, Presence> present = new TreeMap<>();
        Set<NodeAddress> reachable = new TreeSet<>();
        Map<NodeAddress, Long> up = new TreeMap<>();
        for (Member member : state.getMembers()) {
            Presence presence = presence(member, state.getUnreachable().contains(member));
            present.put(id(member), presence);
            if (presence == Presence.UP || presence == Presence.LEAVING) {
                reachable.add(NodeAddress.of(member.address()));
            }
            if (presence == Presence.UP) {
                up.put(NodeAddress.of(member.address()), member.uniqueAddress().longUid());
            }
        }
        return new Membership(present, reachable, up);
    }

    /** Which incarnation of its node a cluster system is. */
    public static long incarnation(ActorSystem<?> system) {
        return Cluster.get(system).selfMember().uniqueAddress().longUid();
    }

    /** The address of the member that this event says has left of its own will, if it says so. */
    public static Set<String> left(ClusterEvent.ClusterDomainEvent event) {
        boolean willingly = event instanceof ClusterEvent.MemberRemoved removed
                && removed.previousStatus() == MemberStatus.exiting();
        return willingly
                ? Set.of(id(((ClusterEvent.MemberRemoved) event).member()).address())
                : Set.of();
    }

    private static Presence presence(Member member, boolean unreachable) {
        MemberStatus status = member.status();
        if (status == MemberStatus.leaving() || status == MemberStatus.exiting()) {
            return Presence.LEAVING;
        }
        if (unreachable || status == MemberStatus.down()) {
            return Presence.SUSPECTED;
        }
        return status == MemberStatus.up() ? Presence.UP : Presence.JOINING;
    }

    private static MemberId id(Member member) {
        String address = NodeAddress.of(member.address()).toString();
        String name = member.getRoles().stream()
                .filter(role -> role.startsWith(ClusterConfigs.NAME_ROLE))
                .map(role -> role.substring(ClusterConfigs.NAME_ROLE.length()))
                .findFirst()
                .orElse(address);
        return new MemberId(name, address);
    }
}
