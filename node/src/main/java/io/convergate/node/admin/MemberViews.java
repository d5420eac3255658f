package io.convergate.node.admin;

import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.node.admin.api.NodeProgress;
import java.util.Locale;

/** Members of the cluster as the admin API shows them. */
public final class MemberViews {
    private MemberViews() {}

    /** One member: who, how far with the configuration, and why not further. */
    public static NodeProgress of(ClusterStatus.Member member) {
        String presence = member.presence() == Presence.UP
                ? ""
                : member.presence().name().toLowerCase(Locale.ROOT) + " since " + member.since();
        String problems = String.join("; ", member.problems());
        return new NodeProgress(
                member.id().name(),
                member.id().address(),
                Convergences.state(member.state()),
                member.serving().toString(),
                presence.isEmpty() || problems.isEmpty() ? presence + problems : presence + "; " + problems);
    }
}
