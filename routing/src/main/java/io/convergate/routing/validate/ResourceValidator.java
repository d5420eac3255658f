package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.model.policy.HealthCheckPolicy;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.problem.Problem;
import java.util.List;

/**
 * Finds what is wrong with one resource by itself: Istio's rules for its kind (an error each, as there), and fields that are
 * kept but do not act yet (a warning each).
 */
public final class ResourceValidator {
    private ResourceValidator() {}

    /** Everything that is wrong with a resource; no error among it means that the resource can be served. */
    public static List<Problem> validate(Resource resource) {
        Findings findings = new Findings();
        metadata(resource.metadata(), findings);
        AnnotationsValidator.validate(resource, findings);
        if (resource instanceof Gateway gateway) {
            GatewayValidator.validate(gateway, findings);
        } else if (resource instanceof VirtualService service) {
            VirtualServiceValidator.validate(service, findings);
        } else if (resource instanceof DestinationRule rule) {
            DestinationRuleValidator.validate(rule, findings);
        } else if (resource instanceof ServiceEntry entry) {
            ServiceEntryValidator.validate(entry, findings);
        } else if (resource instanceof Workload workload) {
            WorkloadEntryValidator.validate(workload, findings);
        } else if (resource instanceof RateLimitPolicy policy) {
            RateLimitPolicyValidator.validate(policy, findings);
        } else if (resource instanceof RateLimitDomain domain) {
            RateLimitDomainValidator.validate(domain, findings);
        } else if (resource instanceof KubernetesResource kubernetes) {
            KubernetesValidator.validate(kubernetes, findings);
        } else if (resource instanceof HealthCheckPolicy policy) {
            HealthCheckValidator.validate(policy, findings);
        } else if (resource instanceof CircuitBreakerPolicy policy) {
            CircuitBreakerValidator.validate(policy, findings);
        }
        return findings.problems().stream()
                .map(problem -> problem.of(resource.key()))
                .toList();
    }

    private static void metadata(Metadata metadata, Findings findings) {
        String rule = "lower-case letters, digits and inner hyphens";
        findings.require(
                Names.isResourceName(metadata.name()),
                "metadata.name",
                metadata.name(),
                rule + ", parts joined by dots");
        findings.require(
                metadata.namespace().isEmpty() || Names.isLabel(metadata.namespace()),
                "metadata.namespace",
                metadata.namespace(),
                rule);
    }
}
