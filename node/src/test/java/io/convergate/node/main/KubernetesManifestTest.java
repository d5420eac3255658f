package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Whether {@code docker/kubernetes/convergate.yaml} is what Kubernetes' own types know, and whether its parts fit together. */
class KubernetesManifestTest {
    private static final Path MANIFEST = Path.of("../docker/kubernetes/convergate.yaml");

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/Namespace", Namespace.class,
            "v1/Service", Service.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "apps/v1/StatefulSet", StatefulSet.class);

    private static final List<HasMetadata> ALL = new ArrayList<>();
    private static PodSpec pod;
    private static Container node;

    @BeforeAll
    static void readWithoutAnyFieldThatKubernetesDoesNotKnow() throws IOException {
        ObjectMapper strict = new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                    /** The types take in what they do not know; here that is a mistake. */
                    @Override
                    public Boolean hasAnySetter(Annotated annotated) {
                        return Boolean.FALSE;
                    }
                });
        try (Reader reader = Files.newBufferedReader(MANIFEST)) {
            for (Object document : new Yaml().loadAll(reader)) {
                Map<?, ?> fields = (Map<?, ?>) document;
                String kind = fields.get("apiVersion") + "/" + fields.get("kind");
                assertThat(KINDS).containsKey(kind);
                ALL.add(strict.convertValue(document, KINDS.get(kind)));
            }
        }
        pod = one(StatefulSet.class).getSpec().getTemplate().getSpec();
        node = pod.getContainers().get(0);
    }

    private static <T> Stream<T> all(Class<T> kind) {
        return ALL.stream().filter(kind::isInstance).map(kind::cast);
    }

    private static <T> T one(Class<T> kind) {
        return all(kind).findFirst().orElseThrow();
    }

    @Test
    void everySelectorMeetsThePodsLabels() {
        Map<String, String> labels =
                one(StatefulSet.class).getSpec().getTemplate().getMetadata().getLabels();
        Stream.concat(
                        all(Service.class).map(service -> service.getSpec().getSelector()),
                        Stream.of(
                                one(StatefulSet.class).getSpec().getSelector().getMatchLabels(),
                                one(PodDisruptionBudget.class)
                                        .getSpec()
                                        .getSelector()
                                        .getMatchLabels(),
                                one(NetworkPolicy.class)
                                        .getSpec()
                                        .getPodSelector()
                                        .getMatchLabels()))
                .forEach(selector -> assertThat(labels).containsAllEntriesOf(selector));
        assertThat(all(Service.class).map(service -> service.getMetadata().getName()))
                .contains(one(StatefulSet.class).getSpec().getServiceName());
    }

    @Test
    void portsAreCalledByNamesThatTheContainerHas() {
        Set<String> ports = node.getPorts().stream().map(port -> port.getName()).collect(Collectors.toSet());
        for (Probe probe : List.of(node.getLivenessProbe(), node.getReadinessProbe(), node.getStartupProbe())) {
            assertThat(ports).contains(probe.getHttpGet().getPort().getStrVal());
            assertThat(probe.getHttpGet().getScheme()).isEqualTo("HTTPS");
        }
        all(Service.class)
                .flatMap(service -> service.getSpec().getPorts().stream())
                .map(ServicePort::getTargetPort)
                .filter(target -> target != null)
                .forEach(target -> assertThat(ports).contains(target.getStrVal()));
        one(NetworkPolicy.class).getSpec().getIngress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .forEach(port -> assertThat(ports).contains(port.getPort().getStrVal()));
    }

    @Test
    void filesOfTheSettingsLieInVolumesThatAreMounted() {
        Set<String> volumes = Stream.concat(
                        pod.getVolumes().stream().map(Volume::getName),
                        one(StatefulSet.class).getSpec().getVolumeClaimTemplates().stream()
                                .map(claim -> claim.getMetadata().getName()))
                .collect(Collectors.toSet());
        List<String> mounts =
                node.getVolumeMounts().stream().map(VolumeMount::getMountPath).toList();
        assertThat(node.getVolumeMounts())
                .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
        assertThat(node.getEnv())
                .filteredOn(variable ->
                        variable.getValue() != null && variable.getValue().startsWith("/"))
                .isNotEmpty()
                .allSatisfy(variable ->
                        assertThat(mounts).anyMatch(mount -> variable.getValue().startsWith(mount + "/")));
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .isNotEmpty()
                .allSatisfy(volume ->
                        assertThat(volume.getSecret().getDefaultMode() & 07).isZero());
    }

    @Test
    void aNodeTakesTheSettingsAndHasTheTimeToStopInOrder() {
        Map<String, String> environment = node.getEnv().stream()
                .collect(Collectors.toMap(
                        EnvVar::getName, variable -> variable.getValue() == null ? "10.0.0.1" : variable.getValue()));
        NodeSettings settings = NodeSettingsTest.settings(environment);
        assertThat(settings.clusterTls()).isPresent();
        assertThat(settings.access().authenticates()).isTrue();
        Duration stopping = settings.stopping()
                .unreadyFor()
                .plus(settings.stopping().drainTimeout())
                .plus(settings.stopping().leaveTimeout());
        assertThat(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds())).isGreaterThan(stopping);
    }

    @Test
    void theProcessHasNoPrivileges() {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(node.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(node.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(node.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    }
}
