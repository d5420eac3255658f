package io.convergate.config;

import java.util.List;

/**
 * Who serves a revision.
 *
 * @param revision the revision asked for
 * @param members every member that this node knows, itself first, then by address
 */
public record Convergence(Revision revision, List<MemberServing> members) {
    public Convergence {
        members = List.copyOf(members);
    }

    /** Whether every member serves it. */
    public boolean complete() {
        return members.stream().allMatch(m -> m.state() == ServingState.SERVING);
    }

    /**
     * One member's part.
     *
     * @param member who
     * @param state how far it is
     * @param reason why it does not serve the revision, for people; empty if it does
     */
    public record MemberServing(MemberId member, ServingState state, String reason) {}
}
