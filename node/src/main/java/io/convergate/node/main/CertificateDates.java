package io.convergate.node.main;

import io.convergate.config.tls.FileWatch;
import io.convergate.node.admin.ProblemViews;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.tls.CredentialException;
import io.convergate.routing.tls.Pem;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Until when the certificates hold that a node uses: those in its files, and those in Secrets of type {@code kubernetes.io/tls}. One
 * should be replaced when a fifth of its lifetime is left, or two weeks if that is less. Safe for use by any thread.
 */
final class CertificateDates {
    /** So many Secrets are looked at, in the order of their keys. */
    private static final int SECRETS_MAX = 1_000;

    private static final Duration AHEAD = Duration.ofDays(14);
    private static final int LIFETIME_PART = 5;

    private final FileWatch files;
    private final InstantSource clock;
    private volatile Map<String, X509Certificate> secrets = Map.of();
    private SharedMap<ResourceKey, Resource> seen = SharedMap.empty();

    CertificateDates(FileWatch files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
    }

    /** Tells of them in metrics. */
    void register(Telemetry telemetry) {
        telemetry.gauges(
                "convergate_certificate_expiry_timestamp_seconds",
                "Until when a certificate holds that the node uses, in seconds since 1970",
                "certificate",
                this::ends);
        telemetry.gauges(
                "convergate_certificate_renewal_timestamp_seconds",
                "From when on a certificate should be replaced, in seconds since 1970",
                "certificate",
                this::renewals);
    }

    /** Looks at the Secrets of a configuration. */
    synchronized void look(SharedMap<ResourceKey, Resource> resources) {
        if (resources == seen) {
            return;
        }
        Map<String, X509Certificate> found = new TreeMap<>();
        resources.values().stream()
                .filter(Secret.class::isInstance)
                .map(Secret.class::cast)
                .filter(secret -> secret.type().equals(Secret.TLS))
                .sorted((one, other) -> one.key().compareTo(other.key()))
                .limit(SECRETS_MAX)
                .forEach(secret -> first(secret)
                        .ifPresent(certificate -> found.put(ProblemViews.shortName(secret.key()), certificate)));
        secrets = found;
        seen = resources;
    }

    private static Optional<X509Certificate> first(Secret secret) {
        try {
            Optional<byte[]> pem = secret.value(Secret.TLS_CERTIFICATE);
            return pem.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Pem.certificates(pem.get()).get(0));
        } catch (CredentialException e) {
            return Optional.empty(); // what is wrong with it has been said when it was written
        }
    }

    private Map<String, X509Certificate> all() {
        Map<String, X509Certificate> all = new TreeMap<>(files.certificates());
        all.putAll(secrets);
        return all;
    }

    /** When each ends, in seconds of the epoch. */
    Map<String, Long> ends() {
        Map<String, Long> ends = new TreeMap<>();
        all().forEach((name, certificate) ->
                ends.put(name, certificate.getNotAfter().toInstant().getEpochSecond()));
        return ends;
    }

    /** From when on each should be replaced, in seconds of the epoch. */
    Map<String, Long> renewals() {
        Map<String, Long> renewals = new TreeMap<>();
        all().forEach((name, certificate) ->
                renewals.put(name, renewal(certificate).getEpochSecond()));
        return renewals;
    }

    private static Instant renewal(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        Duration part =
                Duration.between(certificate.getNotBefore().toInstant(), end).dividedBy(LIFETIME_PART);
        return end.minus(part.compareTo(AHEAD) < 0 ? part : AHEAD);
    }

    /** Those that should be replaced, as warnings; those that have expired, as errors. */
    List<ProblemView> problems() {
        Instant now = clock.instant();
        List<ProblemView> problems = new ArrayList<>();
        all().forEach((name, certificate) -> {
            Instant end = certificate.getNotAfter().toInstant();
            if (now.isAfter(end)) {
                problems.add(problem(name, "error", "CertificateExpired", "expired at " + end));
            } else if (now.isAfter(renewal(certificate))) {
                problems.add(problem(
                        name,
                        "warning",
                        "CertificateExpires",
                        "expires at " + end + ", in " + left(Duration.between(now, end))));
            }
        });
        return problems;
    }

    private static String left(Duration left) {
        return left.toHours() < 48 ? left.toHours() + " hours" : left.toDays() + " days";
    }

    private static ProblemView problem(String name, String severity, String code, String found) {
        return new ProblemView(name, severity, code, "", found + " (expected: a certificate with time left)", 0, 0);
    }
}
