package io.convergate.config.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import io.convergate.config.WriterId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final MemberId SELF = new MemberId("a", "10.0.0.1:1");
    private static final MemberId BEN = new MemberId("b", "10.0.0.2:1");
    private static final MemberId CAT = new MemberId("c", "10.0.0.3:1");
    private static final Revision OLD = Revision.EMPTY.with(new WriterId(1), 1);
    private static final Revision NEW = OLD.with(new WriterId(1), 2);

    private final Members members = new Members(SELF.address(), InstantSource.system());

    @Test
    void statesAreMeasuredAgainstARevision() {
        members.membership(Map.of(SELF, Presence.UP, BEN, Presence.UP, CAT, Presence.UP), Set.of());
        members.report(new ServingReport(BEN, NEW, OLD, Revision.EMPTY, List.of()));
        members.report(new ServingReport(CAT, NEW, OLD, NEW, List.of("bad")));
        assertThat(states(OLD)).containsExactly(ServingState.SERVING, ServingState.SERVING);
        assertThat(states(NEW)).containsExactly(ServingState.PENDING, ServingState.REFUSED);
        assertThat(members.holders(NEW)).containsExactly(BEN, CAT);
    }

    @Test
    void whoLeavesIsForgottenAndWhoIsLostIsAbsent() {
        members.membership(Map.of(SELF, Presence.UP, BEN, Presence.UP, CAT, Presence.UP), Set.of());
        members.membership(Map.of(SELF, Presence.UP), Set.of(BEN.address()));
        assertThat(members.all(OLD)).extracting(Member::id).containsExactly(CAT);
        assertThat(members.all(OLD)).extracting(Member::presence).containsExactly(Presence.ABSENT);
        assertThat(members.inCluster()).isEmpty();
        assertThat(states(OLD)).containsExactly(ServingState.UNREACHABLE);
        members.membership(Map.of(SELF, Presence.UP, CAT, Presence.UP), Set.of());
        assertThat(members.reachable()).isNotEmpty();
        members.alone();
        assertThat(members.reachable()).isEmpty();
    }

    @Test
    void theTableIsBoundedAndForgetsTheLostFirst() {
        Map<MemberId, Presence> many = new HashMap<>();
        for (int i = 0; i < Limits.MEMBERS_MAX; i++) {
            many.put(new MemberId("m" + i, "10.1.0." + i + ":1"), Presence.UP);
        }
        members.membership(many, Set.of());
        members.membership(Map.of(BEN, Presence.UP), Set.of());
        assertThat(members.all(OLD))
                .hasSize(Limits.MEMBERS_MAX)
                .extracting(Member::id)
                .contains(BEN);
    }

    private List<ServingState> states(Revision revision) {
        return members.all(revision).stream().map(Member::state).toList();
    }
}
