package io.convergate.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as this node sees it, at the moment it was asked.
 *
 * @param self this node
 * @param held the revision that this node has whole, which it serves or is about to
 * @param cluster this node's cluster system
 * @param diskTrouble why the disk took no change last; empty if it did. The node serves what it has meanwhile
 * @param members every member that this node knows, itself first, then by address
 */
public record ClusterStatus(
        MemberId self, Revision held, ClusterSystem cluster, String diskTrouble, List<Member> members) {
    public ClusterStatus {
        members = List.copyOf(members);
    }

    /**
     * The disposable half of a node. Whatever its phase, the store takes writes and the node serves.
     *
     * @param phase what it is doing
     * @param incarnation how many cluster systems this process has started, from 1 up
     * @param since when the phase began
     * @param detail what it waits for, for people; may be empty
     */
    public record ClusterSystem(Phase phase, int incarnation, Instant since, String detail) {}

    /** What a cluster system is doing. */
    public enum Phase {
        /** It looks for a cluster, or for enough nodes to form one. */
        JOINING,
        /** It is a member of a cluster. */
        UP,
        /** It was removed from its cluster or failed; another one is on its way. */
        RESTARTING,
        /** It left for good. */
        STOPPED
    }

    /**
     * One member.
     *
     * @param id who
     * @param presence whether it is there
     * @param serving the newest revision that it told to serve; empty at first
     * @param state how far it is with the revision that this node holds
     * @param problems what it could not serve as written, or why it refuses; the first {@link Limits#PROBLEMS_MAX}
     * @param since when its presence, revision or state last changed
     * @param instead a digest of what it serves in place of what is held back, 0 if nothing is; empty if it does not say
     */
    public record Member(
            MemberId id,
            Presence presence,
            Revision serving,
            ServingState state,
            List<String> problems,
            Instant since,
            Optional<Long> instead) {
        public Member {
            problems = List.copyOf(problems);
        }

        /** Whether it serves the same revision as another, but other versions of what is held back. */
        public boolean differsFrom(Member other) {
            return presence != Presence.ABSENT
                    && serving.equals(other.serving)
                    && instead.isPresent()
                    && other.instead.isPresent()
                    && !instead.equals(other.instead);
        }

        /** The same, and told as a problem if it {@link #differsFrom} that member. */
        public Member comparedWith(Member other) {
            if (!differsFrom(other)) {
                return this;
            }
            List<String> told = new ArrayList<>(problems);
            told.add("serves other versions than " + other.id().name() + " in place of what is held back");
            return new Member(id, presence, serving, state, told, since, instead);
        }
    }

    /** Whether a member is there. */
    public enum Presence {
        /** It is on its way into the cluster. */
        JOINING,
        /** It is a member and reachable. */
        UP,
        /** It is a member, and somebody cannot reach it. */
        SUSPECTED,
        /** It is on its way out, of its own will. */
        LEAVING,
        /** It was a member and was removed, or this node is cut off and has no cluster at the moment. */
        ABSENT
    }
}
