package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.Change;
import io.convergate.config.ChangePlan;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.ClusterSystem;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Phase;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Content;
import io.convergate.config.Convergence;
import io.convergate.config.Edit;
import io.convergate.config.HistoryLimits;
import io.convergate.config.MemberId;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import io.convergate.config.SubmitResult;
import io.convergate.config.store.Commit;
import io.convergate.config.store.ConfigStore;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.ConflictView.ConflictVersion;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.ProblemCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * A node as far as events and conditions go: a real store and what sweeps over it, and members that serve and say what a test wants.
 * Every sweep is a test's; its first is that of a node that starts.
 */
final class NoticingNode implements KubeBackend, AutoCloseable {
    final Events events = new Events(1_000);
    final ConfigStore store;
    private final String name;
    private final WatchHub hub;
    private final ObjectViews objects;
    private final Map<String, Member> members = new TreeMap<>();
    private List<ProblemView> problems = List.of();
    private final Config config = new Config();

    NoticingNode(String name, Path directory, InstantSource clock, String... others) {
        this.name = name;
        this.store = ConfigStore.open(directory, name, HistoryLimits.defaults(), clock);
        Conditions conditions = new Conditions(this, clock);
        this.objects = new ObjectViews(this, conditions);
        this.hub = new WatchHub(this, objects, conditions, new Notices(events, clock));
        serves(name, Revision.EMPTY);
        for (String other : others) {
            serves(other, Revision.EMPTY);
        }
        sweep();
    }

    static ResourceKey key(String resource) {
        return new ResourceKey("networking.istio.io", "ServiceEntry", "default", resource);
    }

    Commit write(String resource, String uid, int port) {
        String json = """
                {"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":\
                {"generation":%d,"name":"%s","namespace":"default","uid":"%s"},\
                "spec":{"hosts":["%s.internal"],"ports":[{"name":"http","number":%d,"protocol":"HTTP"}]}}\
                """.formatted(port, resource, uid, resource, port);
        return store.commit(
                new Change(List.of(new Edit.Put(key(resource), Content.utf8(json))), "ann", "", "10.0.0.9"));
    }

    Commit delete(String resource) {
        return store.commit(new Change(List.of(new Edit.Delete(key(resource))), "ann", "", "10.0.0.9"));
    }

    void hears(Commit commit) {
        store.advance(List.of(commit.head()), commit.blocks());
    }

    /** A member serves this, and cannot serve that. */
    void serves(String member, Revision revision, String... unserved) {
        members.put(
                member,
                new Member(
                        new MemberId(member, member + ":1"),
                        Presence.UP,
                        revision,
                        ServingState.SERVING,
                        List.of(unserved),
                        Instant.EPOCH,
                        Optional.of(0L)));
    }

    void lacks(String resource, String problem) {
        problems = List.of(
                new ProblemView("serviceentry/default/" + resource, "warning", "IST0101", "spec", problem, 0, 0));
    }

    void doesNotSelect(String resource, String problem) {
        problems = List.of(new ProblemView(
                "serviceentry/default/" + resource, "warning", "IST0127", "spec.selector", problem, 0, 0));
    }

    void isNotOfItsClass(String resource, String problem) {
        problems = List.of(new ProblemView(
                "serviceentry/default/" + resource,
                "warning",
                ProblemCode.NOT_OUR_CLASS,
                "spec.gatewayClassName",
                problem,
                0,
                0));
    }

    void sweep() {
        hub.sweep();
    }

    List<ObjectNode> shown() {
        return events.all().stream().map(Event::show).toList();
    }

    List<String> reasons() {
        return shown().stream().map(event -> event.path("reason").asText()).toList();
    }

    /** A condition as somebody sees it who asks for the resource. */
    JsonNode condition(String resource, String type) {
        JsonNode conditions = objects.at(store.view())
                .status(store.view().resources().get(key(resource)))
                .path("conditions");
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        throw new AssertionError("no condition " + type + " in " + conditions);
    }

    @Override
    public ReplicatedConfig config() {
        return config;
    }

    @Override
    public EventTalk eventTalk() {
        throw new IllegalStateException("tests carry events themselves");
    }

    @Override
    public Function<ResourceKey, Optional<JsonNode>> statuses(ConfigView view) {
        return key -> Optional.empty();
    }

    @Override
    public boolean dependsOnOthers(ResourceKey key) {
        return false;
    }

    @Override
    public Function<ResourceKey, Optional<ConflictView>> conflicts(ConfigView view) {
        return key -> view.conflicted().contains(key)
                ? Optional.of(new ConflictView(
                        key.shortName(),
                        view.versions(key).stream()
                                .map(version -> new ConflictVersion(
                                        version.changeId(),
                                        version.time().toString(),
                                        "ann",
                                        "",
                                        "",
                                        version == view.versions(key).get(0),
                                        false))
                                .toList()))
                : Optional.empty();
    }

    @Override
    public List<ProblemView> problems() {
        return problems;
    }

    @Override
    public CompletionStage<Written> write(Function<ConfigView, Proposal> plan, HttpRequest request, Manner manner) {
        throw new IllegalStateException("tests write themselves");
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Config implements ReplicatedConfig {
        @Override
        public ConfigView current() {
            return store.view();
        }

        @Override
        public ConfigHistory history() {
            return store.history(store.heads().stream().toList(), store.view());
        }

        @Override
        public <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> plan, Consistency consistency) {
            throw new IllegalStateException("tests write themselves");
        }

        @Override
        public CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout) {
            throw new IllegalStateException("tests say who serves what");
        }

        @Override
        public void onChange(Runnable listener) {
            // Every sweep is a test's.
        }

        @Override
        public ClusterStatus status() {
            MemberId self = members.get(name).id();
            List<Member> all = new ArrayList<>(List.of(members.get(name)));
            members.values().stream()
                    .filter(member -> !member.id().equals(self))
                    .forEach(all::add);
            return new ClusterStatus(
                    self, store.view().revision(), new ClusterSystem(Phase.UP, 1, Instant.EPOCH, ""), "", all);
        }

        @Override
        public boolean caughtUp() {
            return true;
        }

        @Override
        public CompletionStage<Void> stop(Duration deadline) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            // The store is closed with its node.
        }
    }
}
