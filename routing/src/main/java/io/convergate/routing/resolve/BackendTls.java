package io.convergate.routing.resolve;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.k8s.ConfigMap;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.upstream.UpstreamTls;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How TLS is spoken to services, as BackendTLSPolicies say: for each service or port of it the oldest counts. Immutable; the
 * same instance in all versions between which neither a policy nor a ConfigMap that one names changed.
 */
public final class BackendTls {
    static final BackendTls NONE = new BackendTls(List.of());

    /** Where a ConfigMap has the certificates of authorities. */
    private static final String AUTHORITIES = "ca.crt";

    /** Gateway API: by age, then by {@code namespace/name}. */
    private static final Comparator<Held> OLDEST_FIRST = Comparator.<Held, Instant>comparing(
                    held -> held.policy().metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(held -> held.policy().metadata().namespace())
            .thenComparing(held -> held.policy().metadata().name());

    private final List<Held> policies;
    private final Map<String, List<Held>> byService = new HashMap<>();
    private final Set<ResourceKey> named = new HashSet<>();

    private BackendTls(List<Held> policies) {
        this.policies = policies;
        for (Held held : policies) {
            hosts(held.policy()).distinct().forEach(host -> byService
                    .computeIfAbsent(host, key -> new ArrayList<>())
                    .add(held));
            named.addAll(configMaps(held.policy()));
        }
    }

    /**
     * A policy and the authorities it names.
     *
     * @param policy the policy
     * @param faults what is wrong with the authorities, one for each that is none
     * @param authorities the certificates of the others, in PEM
     */
    public record Held(BackendTlsPolicy policy, List<Fault> faults, String authorities) {
        public Held {
            faults = List.copyOf(faults);
        }

        /** Whether no authority is left that could be trusted. */
        public boolean hasNoAuthority() {
            return policy.wellKnown().isEmpty()
                    && faults.size() == policy.authorities().size();
        }

        /** How TLS is spoken; empty if an authority is none: then nobody may be reached. */
        public Optional<UpstreamTls> settings() {
            List<String> names = policy.altNames().stream()
                    .flatMap(name -> name.hostname().stream())
                    .toList();
            return faults.isEmpty()
                    ? Optional.of(new UpstreamTls(
                            policy.hostname(),
                            policy.altNames().isEmpty() ? List.of(policy.hostname()) : names,
                            policy.altNames().stream()
                                    .flatMap(name -> name.uri().stream())
                                    .toList(),
                            policy.wellKnown().isPresent() ? Optional.empty() : Optional.of(authorities)))
                    : Optional.empty();
        }
    }

    /**
     * What is wrong with a reference to an authority.
     *
     * @param index which of the policy's
     * @param reason why, in one of Gateway API's words
     * @param message what was found and what was expected
     */
    public record Fault(int index, String reason, String message) {}

    /** The version after a change; {@code wanted} is all that there is then. */
    BackendTls with(Collection<Resource> removed, Collection<Resource> added, Map<ResourceKey, Resource> wanted) {
        boolean concerned = Stream.concat(removed.stream(), added.stream())
                .anyMatch(resource -> resource instanceof BackendTlsPolicy
                        || resource instanceof ConfigMap && named.contains(resource.key()));
        if (!concerned) {
            return this;
        }
        Set<ResourceKey> gone = new HashSet<>();
        removed.forEach(resource -> gone.add(resource.key()));
        List<Held> all = new ArrayList<>();
        policies.stream()
                .map(Held::policy)
                .filter(policy -> !gone.contains(policy.key()))
                .forEach(policy -> all.add(hold(policy, wanted)));
        added.stream()
                .filter(BackendTlsPolicy.class::isInstance)
                .forEach(policy -> all.add(hold((BackendTlsPolicy) policy, wanted)));
        all.sort(OLDEST_FIRST);
        return new BackendTls(List.copyOf(all));
    }

    private static Held hold(BackendTlsPolicy policy, Map<ResourceKey, Resource> resources) {
        List<Fault> faults = new ArrayList<>();
        StringBuilder pem = new StringBuilder();
        for (int i = 0; i < policy.authorities().size(); i++) {
            BackendTlsPolicy.Authority authority = policy.authorities().get(i);
            if (!isConfigMap(authority)) {
                String found = authority.kind() + " of group \"" + authority.group() + "\"";
                faults.add(new Fault(i, "InvalidKind", found + " (expected: a ConfigMap)"));
                continue;
            }
            Resource resource = resources.get(key(policy, authority));
            Optional<byte[]> certificates = resource instanceof ConfigMap map ? value(map) : Optional.empty();
            if (certificates.filter(Certificates::areCertificates).isPresent()) {
                pem.append(new String(certificates.get(), StandardCharsets.ISO_8859_1))
                        .append('\n');
            } else {
                String expected = resource instanceof ConfigMap
                        ? "certificates in PEM under " + AUTHORITIES
                        : "a ConfigMap in namespace " + policy.metadata().namespace();
                faults.add(new Fault(i, "InvalidCACertificateRef", authority.name() + " (expected: " + expected + ")"));
            }
        }
        return new Held(policy, faults, pem.toString());
    }

    private static Optional<byte[]> value(ConfigMap map) {
        return Optional.ofNullable(map.data().get(AUTHORITIES))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .or(() -> map.binary(AUTHORITIES));
    }

    private static boolean isConfigMap(BackendTlsPolicy.Authority authority) {
        return authority.group().isEmpty() && authority.kind().equals(ConfigMap.KIND);
    }

    private static ResourceKey key(BackendTlsPolicy policy, BackendTlsPolicy.Authority authority) {
        return new ResourceKey("", ConfigMap.KIND, policy.metadata().namespace(), authority.name());
    }

    /** The ConfigMaps that a policy names, whether they are there or not. */
    public static List<ResourceKey> configMaps(BackendTlsPolicy policy) {
        return policy.authorities().stream()
                .filter(BackendTls::isConfigMap)
                .map(authority -> key(policy, authority))
                .toList();
    }

    /** The full names of the services that a policy is for. */
    public static Stream<String> hosts(BackendTlsPolicy policy) {
        return policy.targets().stream().filter(BackendTls::isService).map(target -> host(policy, target));
    }

    private static boolean isService(BackendTlsPolicy.Target target) {
        return target.group().isEmpty() && target.kind().equals(Service.KIND);
    }

    private static String host(BackendTlsPolicy policy, BackendTlsPolicy.Target target) {
        return HostNames.service(target.name(), policy.metadata().namespace());
    }

    /** The services whose TLS depends on a ConfigMap. */
    Stream<String> hostsDependingOn(ResourceKey configMap) {
        return !named.contains(configMap)
                ? Stream.empty()
                : policies.stream()
                        .map(Held::policy)
                        .filter(policy -> configMaps(policy).contains(configMap))
                        .flatMap(BackendTls::hosts);
    }

    /** A policy as it is held; empty if it is not part of this version. */
    public Optional<Held> held(BackendTlsPolicy policy) {
        return policies.stream().filter(held -> held.policy() == policy).findFirst();
    }

    /**
     * The policy for a port of a service: one for that port before one for the whole, and of these the oldest.
     *
     * @param host the service's full name
     * @param port the name of its port
     */
    public Optional<Held> of(String host, String port) {
        return named(host, Optional.of(port)).or(() -> named(host, Optional.empty()));
    }

    private Optional<Held> named(String host, Optional<String> section) {
        return byService.getOrDefault(host, List.of()).stream()
                .filter(held -> held.policy().targets().stream()
                        .anyMatch(target -> isService(target)
                                && host(held.policy(), target).equals(host)
                                && target.sectionName().equals(section)))
                .findFirst();
    }

    /** The older policy that one of a policy's targets belongs to; empty if all are its own. */
    public Optional<BackendTlsPolicy> rival(BackendTlsPolicy policy) {
        return policy.targets().stream()
                .filter(BackendTls::isService)
                .flatMap(target -> named(host(policy, target), target.sectionName()).stream())
                .map(Held::policy)
                .filter(other -> other != policy)
                .findFirst();
    }
}
