package io.convergate.node.admin.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.Revision;
import io.convergate.config.store.Commit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with real stores: what each makes of what it sees, whenever it looks. */
class NoticesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private Instant now = START;
    private NoticingNode one;
    private NoticingNode two;

    @BeforeEach
    void start() {
        one = new NoticingNode("one", directory.resolve("one"), () -> now, "two");
        two = new NoticingNode("two", directory.resolve("two"), () -> now, "one");
        sweep();
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private void sweep() {
        one.sweep();
        two.sweep();
    }

    private void bothServe(Revision revision, String... unserved) {
        for (NoticingNode node : List.of(one, two)) {
            node.serves("one", revision, unserved);
            node.serves("two", revision, unserved);
        }
    }

    private void written(int port) {
        Commit commit = one.write("files", "uid-1", port);
        two.hears(commit);
        bothServe(one.store.view().revision());
    }

    @Test
    void whatSelectsOtherNodesIsNotServedByThisOne() {
        written(80);
        assertThat(one.condition("files", "Programmed").path("status").asText()).isEqualTo("True");
        one.doesNotSelect("files", "{app=b} (expected: labels of this node: {app=a})");
        JsonNode programmed = one.condition("files", "Programmed");
        assertThat(programmed.path("status").asText()).isEqualTo("False");
        assertThat(programmed.path("reason").asText()).isEqualTo("NotSelected");
        assertThat(programmed.path("message").asText())
                .isEqualTo("spec.selector: {app=b} (expected: labels of this node: {app=a})");
    }

    @Test
    void whatIsOfSomebodyElsesClassIsNotServed() {
        written(80);
        one.isNotOfItsClass("files", "other (expected: a GatewayClass that exists)");
        JsonNode programmed = one.condition("files", "Programmed");
        assertThat(programmed.path("status").asText()).isEqualTo("False");
        assertThat(programmed.path("reason").asText()).isEqualTo("NotOurClass");
        assertThat(programmed.path("message").asText())
                .isEqualTo("spec.gatewayClassName: other (expected: a GatewayClass that exists)");
    }

    @Test
    void aNodeThatLooksAtEveryStepMakesTheSameEventAsOneThatLooksOnceLater() {
        Commit commit = one.write("files", "uid-1", 80);
        one.sweep();
        one.serves("one", one.store.view().revision());
        one.sweep();
        assertThat(one.shown()).isEmpty();
        now = now.plusSeconds(2);
        two.hears(commit);
        bothServe(one.store.view().revision());
        one.sweep();
        now = now.plusSeconds(3);
        two.sweep();

        assertThat(two.shown()).isEqualTo(one.shown()).singleElement().satisfies(event -> {
            assertThat(event.path("reason").asText()).isEqualTo("Converged");
            assertThat(event.path("message").asText()).isEqualTo("served by all 2 nodes");
            assertThat(event.path("lastTimestamp").asText()).isEqualTo(START.toString());
            assertThat(event.path("count").asInt()).isEqualTo(1);
        });
    }

    @Test
    void everyVersionIsToldAndAMemberThatStartsAgainIsNoNews() {
        written(80);
        sweep();
        now = now.plusSeconds(60);
        written(81);
        sweep();
        now = now.plus(Duration.ofHours(1));
        one.serves("two", Revision.EMPTY);
        one.sweep();
        one.serves("two", one.store.view().revision());
        one.sweep();

        assertThat(one.shown()).singleElement().satisfies(event -> {
            assertThat(event.path("count").asInt()).isEqualTo(2);
            assertThat(event.path("firstTimestamp").asText()).isEqualTo(START.toString());
            assertThat(event.path("lastTimestamp").asText())
                    .isEqualTo(START.plusSeconds(60).toString());
        });
        assertThat(two.shown()).isEqualTo(one.shown());
    }

    @Test
    void aRefusalIsToldOfTheNodesThatRefuseAndAgainAfterItWasServed() {
        String why = "serviceentry/default/files: no such thing";
        Commit commit = one.write("files", "uid-1", 80);
        two.hears(commit);
        Revision revision = one.store.view().revision();
        for (NoticingNode node : List.of(one, two)) {
            node.serves("one", revision);
            node.serves("two", revision, why);
        }
        sweep();
        JsonNode ofOneNode = one.shown().get(0);
        bothServe(revision, why);
        sweep();

        assertThat(ofOneNode.path("reportingInstance").asText()).isEqualTo("two");
        assertThat(two.shown()).isEqualTo(one.shown()).singleElement().satisfies(event -> {
            assertThat(event.at("/metadata/name")).isEqualTo(ofOneNode.at("/metadata/name"));
            assertThat(event.path("message").asText()).isEqualTo("not served as written by one, two: no such thing");
        });

        bothServe(revision);
        sweep();
        bothServe(revision, why);
        sweep();

        assertThat(two.shown()).isEqualTo(one.shown());
        assertThat(one.reasons()).containsExactlyInAnyOrder("Converged", "Refused");
    }

    @Test
    void aNodeThatStartsTellsNothingThatStandsForLongButConflictsInTheWordsOfTheOthers() {
        Commit other = two.write("files", "uid-2", 81);
        Commit mine = one.write("files", "uid-1", 80);
        one.hears(other);
        two.hears(mine);
        one.write("quiet", "uid-3", 80);
        bothServe(one.store.view().revision());
        one.sweep();
        List<String> before = one.reasons();
        List<?> conflict = one.shown().stream()
                .filter(event -> event.path("reason").asText().equals("Conflicted"))
                .toList();
        one.close();
        now = now.plus(Duration.ofHours(1));
        one = new NoticingNode("one", directory.resolve("one"), () -> now, "two");
        bothServe(one.store.view().revision());
        one.sweep();
        one.sweep();

        assertThat(before).containsExactlyInAnyOrder("Conflicted", "Converged", "Converged");
        assertThat(one.reasons()).containsExactly("Conflicted");
        assertThat(List.<Object>copyOf(one.shown())).isEqualTo(conflict);

        one.write("files", "uid-1", 82);
        bothServe(one.store.view().revision());
        one.sweep();
        assertThat(one.reasons()).containsExactlyInAnyOrder("Conflicted", "Settled", "Converged");
    }

    /** A conflict, and the first node has told of it. */
    private void oneDeletesWhatTwoUpdates() {
        two.hears(one.write("files", "uid-1", 80));
        one.delete("files");
        one.hears(two.write("files", "uid-1", 81));
        one.sweep();
    }

    @Test
    void aConflictWhoseDeletionLeavesTheKeptPastIsNotToldToBeSettled() {
        oneDeletesWhatTwoUpdates();
        assertThat(one.reasons()).containsExactly("Conflicted");

        now = now.plus(Duration.ofDays(100));
        one.write("quiet", "uid-2", 80);
        assertThat(one.store.view().conflicted()).isEmpty();
        one.sweep();
        assertThat(one.reasons()).doesNotContain("Settled");
    }

    @Test
    void whoWritesTheSameAgainSettlesAConflict() {
        oneDeletesWhatTwoUpdates();
        one.write("files", "uid-1", 81);
        one.sweep();
        assertThat(one.reasons()).contains("Settled");
    }

    @Test
    void aPortThatCannotBeOpenedIsAnEventOfItsNode() {
        bothServe(Revision.EMPTY);
        one.serves("two", Revision.EMPTY, "port 80 on 0.0.0.0:80: taken");
        two.serves("two", Revision.EMPTY, "port 80 on 0.0.0.0:80: taken");
        sweep();
        sweep();

        assertThat(two.shown()).isEqualTo(one.shown()).singleElement().satisfies(event -> {
            assertThat(event.path("reason").asText()).isEqualTo("PortNotOpen");
            assertThat(event.path("message").asText()).isEqualTo("port 80 on 0.0.0.0:80: taken");
            assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("Node");
            assertThat(event.at("/involvedObject/name").asText()).isEqualTo("two");
            assertThat(event.path("reportingInstance").asText()).isEqualTo("two");
            assertThat(event.path("count").asInt()).isEqualTo(1);
        });
    }

    @Test
    void aConditionThatNobodyAskedForChangedWhenItChanged() {
        written(80);
        sweep();
        now = now.plus(Duration.ofHours(1));
        one.lacks("files", "there is no such host");
        one.sweep();
        Instant later = now.plus(Duration.ofHours(1));
        now = later;
        one.serves("two", Revision.EMPTY);
        two.serves("two", Revision.EMPTY);
        sweep();
        now = now.plus(Duration.ofHours(1));

        assertThat(one.condition("files", "Programmed")
                        .path("lastTransitionTime")
                        .asText())
                .isEqualTo(START.toString());
        JsonNode refs = one.condition("files", "ResolvedRefs");
        assertThat(refs.path("status").asText()).isEqualTo("False");
        assertThat(refs.path("lastTransitionTime").asText())
                .isEqualTo(START.plus(Duration.ofHours(1)).toString());
        // One node had derived the status when it was judged anew, the other had only looked where it is served.
        for (NoticingNode node : List.of(one, two)) {
            JsonNode converged = node.condition("files", "Converged");
            assertThat(converged.path("status").asText()).isEqualTo("False");
            assertThat(converged.path("lastTransitionTime").asText()).isEqualTo(later.toString());
        }
    }
}
