package io.convergate.node.admin.kube;

import static io.convergate.node.admin.kube.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.read.FieldType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who owns what after applying and updating, and what becomes of the resource. */
class ApplicationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final FieldType.Mapping SERVICE = ManagedFields.type("v1", "Service");

    private ObjectNode live = object("{apiVersion: v1, kind: Service, metadata: {name: s}}");
    private Ownership owners = Ownership.NONE;

    @Test
    void fieldsOfTwoAppliersAddUpAndGoWithTheirOnlyOwner() {
        apply("ann", "{spec: {selector: {a: '1', both: x}, ports: [{port: 80, name: web}]}}");
        apply("ben", "{spec: {selector: {b: '2', both: x}, ports: [{port: 81, name: other}]}}");
        assertThat(live.at("/spec")).isEqualTo(object("""
                {selector: {a: '1', both: x, b: '2'},
                 ports: [{port: 80, name: web}, {port: 81, name: other}]}"""));

        apply("ann", "{spec: {ports: [{port: 80}]}}");

        assertThat(live.at("/spec")).isEqualTo(object("""
                {selector: {both: x, b: '2'}, ports: [{port: 80}, {port: 81, name: other}]}"""));
        apply("ann", "{}");
        apply("ben", "{metadata: {labels: {l: v}}}");
        assertThat(live.has("spec")).isFalse();
        assertThat(live.at("/metadata/labels/l").asText()).isEqualTo("v");
    }

    @Test
    void anotherValueForAFieldOfSomebodyElseIsAConflictUnlessForced() {
        apply("ann", "{spec: {selector: {a: '1'}, ports: [{port: 80, name: web}]}}");

        assertThatThrownBy(() -> apply("ben", "{spec: {selector: {a: '2'}, ports: [{port: 80, name: x}]}}"))
                .isInstanceOfSatisfying(KubeError.class, error -> {
                    assertThat(error.code()).isEqualTo(409);
                    assertThat(error.getMessage()).startsWith("Apply failed with 2 conflicts: conflict with \"ann\":");
                    assertThat(error.status().at("/details/causes").findValuesAsText("field"))
                            .containsExactly(".spec.ports[port=80,protocol=\"TCP\"].name", ".spec.selector.a");
                });
        force("ben", "{spec: {selector: {a: '2'}}}");
        assertThat(live.at("/spec/selector/a").asText()).isEqualTo("2");
        assertThatThrownBy(() -> apply("ann", "{spec: {selector: {a: '1'}, ports: [{port: 80, name: web}]}}"))
                .hasMessageContaining("conflict with \"ben\": .spec.selector.a");
    }

    @Test
    void whoUpdatesAFieldOwnsIt() {
        apply("ann", "{spec: {selector: {a: '1', b: '1'}}}");
        update("eve", "{spec: {selector: {a: '2', b: '1', c: '3'}}}");

        assertThat(owners.write().findValuesAsText("manager")).containsExactly("ann", "eve");
        assertThat(fields("ann")).isEqualTo(object("{'f:spec': {'f:selector': {'f:b': {}}}}"));
        assertThat(fields("eve")).isEqualTo(object("{'f:spec': {'f:selector': {'f:a': {}, 'f:c': {}}}}"));
        update("eve", "{spec: {}}");
        assertThat(owners.write().findValuesAsText("manager")).isEmpty();
    }

    @Test
    void moreThanTenUpdatersArePutTogether() {
        for (int i = 0; i < 20; i++) {
            ObjectNode next = live.deepCopy();
            next.withObject("/spec/selector").put("k" + i, "v");
            owners = owners.updated(live, next, SERVICE, "m" + i, NOW.plusSeconds(i));
            live = next;
        }

        assertThat(owners.owners()).hasSize(10);
        assertThat(owners.owners().get(0).manager()).isEqualTo("ancient-changes");
        assertThat(fields("ancient-changes").at("/f:spec/f:selector")).hasSize(11);
    }

    /** Whatever was applied before: what one applies is there, nobody owns what is not, and once more changes nothing. */
    @Test
    void randomHistoriesKeepTheirPromises() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            String manager = "m" + random.nextInt(4);
            String wanted = wanted(random);
            force(manager, wanted);
            ObjectNode after = live.deepCopy();
            Ownership known = owners;

            apply(manager, wanted);

            assertThat(live).as("seed %d, round %d", seed, round).isEqualTo(after);
            assertThat(owners).as("seed %d, round %d", seed, round).isEqualTo(known);
            ObjectNode owned = Ownership.ownable(live);
            for (Ownership.Owner owner : owners.owners()) {
                assertThat(owner.fields().thereIn(owned, SERVICE))
                        .as("seed %d, round %d, %s", seed, round, owner.manager())
                        .isEqualTo(owner.fields());
            }
            assertThat(Ownership.read(owners.write())).isEqualTo(owners);
        }
    }

    private static String wanted(Random random) {
        TreeMap<String, String> selector = new TreeMap<>();
        List<String> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            selector.put("k" + random.nextInt(5), "v" + random.nextInt(3));
            int port = 80 + i * 2 + random.nextInt(2);
            ports.add("{port: " + port + ", name: n" + random.nextInt(3) + "}");
        }
        String spec =
                random.nextInt(5) == 0 ? "" : "selector: " + selector.toString().replace("=", ": ") + ", ";
        return "{spec: {" + spec + "ports: " + ports + "}}";
    }

    private void apply(String manager, String wanted) {
        take(manager, wanted, false);
    }

    private void force(String manager, String wanted) {
        take(manager, wanted, true);
    }

    private void take(String manager, String wanted, boolean force) {
        Application.Result result =
                Application.apply(Kind.SERVICE, live, owners, object(wanted), SERVICE, manager, force, NOW);
        live = result.object();
        owners = result.owners();
    }

    private void update(String manager, String now) {
        ObjectNode next = live.deepCopy();
        next.remove("spec");
        next.setAll(object(now));
        owners = owners.updated(live, next, SERVICE, manager, NOW);
        live = next;
    }

    private ObjectNode fields(String manager) {
        return owners.owners().stream()
                .filter(owner -> owner.manager().equals(manager))
                .map(owner -> owner.fields().write())
                .findFirst()
                .orElseThrow();
    }
}
