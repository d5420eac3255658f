package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.istio.api.networking.v1.Gateway;
import io.fabric8.istio.api.networking.v1.GatewayBuilder;
import io.fabric8.istio.client.DefaultIstioClient;
import io.fabric8.istio.client.IstioClient;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A typed Java client that knows nothing of Convergate. */
@Timeout(60)
class TypedClientTest {
    @TempDir
    private static Path directory;

    private static TestNode node;
    private static KubernetesClient kubernetes;
    private static IstioClient istio;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory.resolve("data"));
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(node.address().toString())
                .withNamespace("default")
                .build();
        kubernetes = new KubernetesClientBuilder().withConfig(config).build();
        istio = new DefaultIstioClient(kubernetes);
    }

    @AfterAll
    static void stop() {
        kubernetes.close();
        node.close();
    }

    @AfterEach
    void deleteEverything() {
        istio.v1().gateways().delete();
        kubernetes.configMaps().delete();
    }

    @Test
    void createsReadsChangesAndDeletes() {
        Gateway created = istio.v1().gateways().resource(gateway("web", 80)).create();
        assertThat(created.getMetadata().getUid()).hasSize(36);
        assertThatThrownBy(
                        () -> istio.v1().gateways().resource(gateway("web", 80)).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        Gateway edited = istio.v1().gateways().withName("web").edit(found -> {
            found.getMetadata().setLabels(Map.of("tier", "edge"));
            found.getSpec().getServers().get(0).getPort().setNumber(81L);
            return found;
        });
        assertThat(edited.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(istio.v1().gateways().withLabel("tier", "edge").list().getItems())
                .extracting(one -> one.getSpec().getServers().get(0).getPort().getNumber())
                .containsExactly(81L);

        created.getSpec().getServers().get(0).getPort().setNumber(82L);
        assertThatThrownBy(() -> istio.v1().gateways().resource(created).update())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        assertThat(istio.v1().gateways().withName("web").delete()).hasSize(1);
        assertThat(istio.v1().gateways().withName("web").get()).isNull();
    }

    @Test
    void patchesAndWaitsForWhatBecomesOfIt() {
        istio.v1().gateways().resource(gateway("web", 80)).create();
        istio.v1()
                .gateways()
                .withName("web")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"labels\": {\"tier\": \"edge\"}}}");
        Gateway there = istio.v1()
                .gateways()
                .withName("web")
                .waitUntilCondition(one -> one != null && converged(one).equals("True"), 30, TimeUnit.SECONDS);

        assertThat(there.getMetadata().getLabels()).containsEntry("tier", "edge");
    }

    @Test
    void appliesOnTheServerSide() {
        Gateway applied = istio.v1().gateways().resource(gateway("web", 80)).serverSideApply();

        assertThat(applied.getMetadata().getManagedFields())
                .extracting(entry -> entry.getManager() + " " + entry.getOperation())
                .containsExactly("fabric8 Apply");
    }

    @Test
    void deletesWhatALabelSelectsAndNothingElse() {
        for (String name : List.of("a", "b")) {
            ConfigMap map = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .addToLabels("name", name)
                    .endMetadata()
                    .addToData("k", "v")
                    .build();
            kubernetes.configMaps().resource(map).create();
        }

        kubernetes.configMaps().withLabel("name", "a").delete();

        assertThat(kubernetes.configMaps().list().getItems())
                .extracting(map -> map.getMetadata().getName())
                .containsExactly("b");
    }

    @Test
    void watches() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Watch watch = istio.v1().gateways().watch(new Watcher<Gateway>() {
            @Override
            public void eventReceived(Action action, Gateway resource) {
                seen.add(action + " " + resource.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("closed " + cause);
            }
        })) {
            istio.v1().gateways().resource(gateway("web", 80)).create();
            TestNode.await(() -> seen.contains("ADDED web"));
            istio.v1().gateways().withName("web").delete();
            TestNode.await(() -> seen.contains("DELETED web"));
        }
    }

    @Test
    void informsOfEveryChangeAndOfWhatBecameOfIt() {
        List<String> seen = new CopyOnWriteArrayList<>();
        istio.v1().gateways().resource(gateway("first", 80)).create();
        try (SharedIndexInformer<Gateway> informer = istio.v1()
                .gateways()
                .inform(
                        new ResourceEventHandler<>() {
                            @Override
                            public void onAdd(Gateway gateway) {
                                seen.add("+" + gateway.getMetadata().getName());
                            }

                            @Override
                            public void onUpdate(Gateway old, Gateway now) {
                                seen.add("~" + now.getMetadata().getName() + " " + converged(now));
                            }

                            @Override
                            public void onDelete(Gateway gateway, boolean unknown) {
                                seen.add("-" + gateway.getMetadata().getName());
                            }
                        },
                        TimeUnit.MINUTES.toMillis(10))) {
            TestNode.await(() -> seen.contains("+first"));
            istio.v1().gateways().resource(gateway("second", 81)).create();
            TestNode.await(() -> seen.contains("+second"));
            TestNode.await(() ->
                    converged(informer.getIndexer().getByKey("default/second")).equals("True"));
            istio.v1().gateways().withName("first").delete();
            TestNode.await(() -> seen.contains("-first"));
            assertThat(informer.isWatching()).isTrue();
        }
    }

    private static String converged(Gateway gateway) {
        return gateway.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Converged"))
                .map(condition -> condition.getStatus())
                .findFirst()
                .orElse("");
    }

    private static Gateway gateway(String name, long port) {
        return new GatewayBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addToSelector("istio", "ingressgateway")
                .addNewServer()
                .withNewPort("http", port, "HTTP", null)
                .withHosts("*")
                .endServer()
                .endSpec()
                .build();
    }
}
