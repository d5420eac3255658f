package io.convergate.routing.model.policy;

import io.convergate.routing.model.ConvergateResource;
import java.util.List;

/** A policy for services, their ports and their subsets. The nearest one counts; of several that are as near, the oldest. */
public sealed interface UpstreamPolicy extends ConvergateResource permits HealthCheckPolicy, CircuitBreakerPolicy {
    /** Services, or rules for some, in the policy's own namespace. */
    List<TargetRef> targets();
}
