package io.convergate.node.admin;

import io.convergate.node.admin.api.VitalsReport;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Asks all nodes of the cluster how they are doing. */
@FunctionalInterface
public interface LiveView {
    /** What they answered within this time; never fails. */
    CompletionStage<VitalsReport> ask(Duration deadline);
}
