package io.convergate.config.converge;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The other members as this node sees them: who is there, and what each told last. A member that left of its own will is
 * forgotten; one that was lost stays, absent, until the process ends or {@link Limits#MEMBERS_MAX} are known. Confined to
 * the store's thread.
 */
public final class Members {
    private final String selfAddress;
    private final InstantSource clock;
    private final TreeMap<String, Peer> peers = new TreeMap<>();

    /** A table without members. */
    public Members(String selfAddress, InstantSource clock) {
        this.selfAddress = selfAddress;
        this.clock = clock;
    }

    /** What is known of one member. */
    private record Peer(MemberId id, Presence presence, ServingReport report, Instant since) {}

    /**
     * Takes note of the cluster's membership.
     *
     * @param present every member and whether it is there
     * @param left the addresses of those that left of their own will
     */
    public void membership(Map<MemberId, Presence> present, Set<String> left) {
        peers.keySet().removeAll(left);
        peers.replaceAll((address, peer) -> moved(peer, peer.id(), Presence.ABSENT));
        present.forEach((id, presence) -> {
            if (!id.address().equals(selfAddress)) {
                Peer known = peers.getOrDefault(
                        id.address(), new Peer(id, presence, ServingReport.silent(id), clock.instant()));
                peers.put(id.address(), moved(known, id, presence));
            }
        });
        forgetSurplus();
    }

    /** Takes note that this node has no cluster: nobody is there. */
    public void alone() {
        membership(Map.of(), Set.of());
    }

    private Peer moved(Peer peer, MemberId id, Presence presence) {
        Instant since = peer.presence() == presence ? peer.since() : clock.instant();
        return new Peer(id, presence, peer.report(), since);
    }

    private void forgetSurplus() {
        while (peers.size() > Limits.MEMBERS_MAX) {
            peers.values().stream()
                    .filter(peer -> peer.presence() == Presence.ABSENT)
                    .min((a, b) -> a.since().compareTo(b.since()))
                    .or(() -> peers.values().stream().findFirst())
                    .ifPresent(peer -> peers.remove(peer.id().address()));
        }
    }

    /** Takes note of what a member tells. One that is no member (yet) is not heard. */
    public void report(ServingReport report) {
        peers.computeIfPresent(report.member().address(), (address, peer) -> {
            boolean same = peer.report().equals(report);
            return new Peer(peer.id(), peer.presence(), report, same ? peer.since() : clock.instant());
        });
    }

    /** The members that are there and hold a revision. */
    public List<MemberId> holders(Revision revision) {
        return present().stream()
                .filter(peer -> peer.report().held().covers(revision))
                .map(Peer::id)
                .toList();
    }

    /** The members that are in the cluster, reachable or not. */
    public List<MemberId> inCluster() {
        return peers.values().stream()
                .filter(peer -> peer.presence() != Presence.ABSENT)
                .map(Peer::id)
                .toList();
    }

    /** How many members are in the cluster or were lost to it, beside this one. */
    public int known() {
        return peers.size();
    }

    /** The addresses of the other members that are there. */
    public Set<String> reachable() {
        return present().stream().map(peer -> peer.id().address()).collect(Collectors.toSet());
    }

    /** Who is or was in the cluster beside this node, by address, and whether it is there. */
    public Map<String, Presence> presences() {
        Map<String, Presence> presences = new TreeMap<>();
        peers.forEach((address, peer) -> presences.put(address, peer.presence()));
        return presences;
    }

    /** Whether a member is there. */
    public boolean isReachable(String address) {
        return reachable().contains(address);
    }

    private List<Peer> present() {
        return peers.values().stream()
                .filter(peer -> peer.presence() == Presence.UP)
                .toList();
    }

    /** Every member, measured against a revision. */
    public List<Member> all(Revision revision) {
        List<Member> members = new ArrayList<>(peers.size());
        for (Peer peer : peers.values()) {
            ServingReport report = peer.report();
            members.add(new Member(
                    peer.id(),
                    peer.presence(),
                    report.serving(),
                    state(peer, revision),
                    report.problems(),
                    peer.since(),
                    report.instead()));
        }
        return members;
    }

    private static ServingState state(Peer peer, Revision revision) {
        ServingState told = peer.report().stateOf(revision);
        boolean doubtful = peer.presence() == Presence.SUSPECTED && told != ServingState.SERVING;
        return doubtful || peer.presence() == Presence.ABSENT ? ServingState.UNREACHABLE : told;
    }
}
