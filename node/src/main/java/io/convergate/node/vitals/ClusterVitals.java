package io.convergate.node.vitals;

import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.MemberId;
import io.convergate.config.membership.ClusterGuest;
import io.convergate.node.admin.LiveView;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.NodeVitals;
import io.convergate.node.admin.api.RouteVitals;
import io.convergate.node.admin.api.VitalsReport;
import io.convergate.node.admin.kube.EventTalk;
import io.convergate.node.telemetry.Series;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/** Asks all members how they are doing and what they noticed, and answers them. Any thread. */
public final class ClusterVitals implements ClusterGuest {
    /** The largest answer; routes are left out of a larger one. Far below the largest frame between nodes. */
    static final int BYTES_MAX = 192 * 1024;

    private final Function<Set<String>, Map<String, List<Series>>> metrics;
    private final Supplier<List<BreakerView>> breakers;
    private final Questions questions = new Questions();
    private volatile @Nullable OwnVitals own;
    private volatile @Nullable Function<String, byte[]> events;

    /**
     * @param metrics reads metrics by name
     * @param breakers those that are not closed
     */
    public ClusterVitals(
            Function<Set<String>, Map<String, List<Series>>> metrics, Supplier<List<BreakerView>> breakers) {
        this.metrics = metrics;
        this.breakers = breakers;
    }

    /**
     * Answers from now on.
     *
     * @param version the software it runs
     * @param ready whether it should get traffic
     * @param status the cluster
     * @param progress how far a member is with the configuration
     * @return what asks all of them
     */
    public LiveView start(
            String version,
            BooleanSupplier ready,
            Supplier<ClusterStatus> status,
            Function<ClusterStatus.Member, NodeProgress> progress) {
        OwnVitals vitals = new OwnVitals(version, ready, metrics, breakers);
        own = vitals;
        return deadline -> ask(vitals, status.get(), progress, deadline);
    }

    /** What tells events from now on: answers the others, and asks them. */
    public EventTalk events(Supplier<ClusterStatus> status) {
        return new EventTalk() {
            @Override
            public void answer(Function<String, byte[]> answerer) {
                events = answerer;
            }

            @Override
            public CompletionStage<Heard> ask(String digest, Duration deadline) {
                return askEvents(status.get(), digest, deadline);
            }
        };
    }

    @Override
    public void arrived(ActorSystem<?> system) {
        questions.arrived(system, this::answer);
    }

    @Override
    public void gone() {
        questions.gone();
    }

    private Optional<Supplier<byte[]>> answer(VitalsMessage.Question question) {
        if (question instanceof VitalsMessage.EventsAsked asked) {
            return Optional.ofNullable(events).map(answerer -> () -> answerer.apply(asked.digest()));
        }
        return Optional.ofNullable(own).map(vitals -> () -> bytes(vitals.get()));
    }

    private CompletionStage<EventTalk.Heard> askEvents(ClusterStatus status, String digest, Duration deadline) {
        Map<MemberId, CompletableFuture<Questions.Reply>> replies = new TreeMap<>();
        for (ClusterStatus.Member member : status.members()) {
            if (!member.id().equals(status.self()) && member.presence() != Presence.ABSENT) {
                replies.put(
                        member.id(),
                        questions.ask(member, (self, id) -> new VitalsMessage.EventsAsked(self, id, digest), deadline));
            }
        }
        return CompletableFuture.allOf(replies.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<byte[]> answers = new ArrayList<>();
                    SortedMap<String, String> silent = new TreeMap<>();
                    replies.forEach((member, reply) -> reply.join()
                            .answer()
                            .ifPresentOrElse(
                                    answers::add,
                                    () -> silent.put(member.name(), reply.join().problem())));
                    return new EventTalk.Heard(answers, silent);
                });
    }

    /** With half of the routes, and half of those, until it fits. */
    private static byte[] bytes(NodeVitals vitals) {
        byte[] json = AdminJson.compact(vitals);
        if (json.length <= BYTES_MAX || vitals.routes().isEmpty()) {
            return json;
        }
        List<RouteVitals> routes = vitals.routes();
        List<RouteVitals> half = routes.subList(0, routes.size() / 2);
        return bytes(new NodeVitals(
                vitals.version(),
                vitals.ready(),
                vitals.nanos(),
                vitals.cpuNanos(),
                vitals.heapBytes(),
                vitals.connections(),
                half,
                vitals.routesLeftOut() + routes.size() - half.size(),
                vitals.flags(),
                vitals.loopDelays(),
                vitals.convergence(),
                vitals.limits(),
                vitals.breakers()));
    }

    private CompletionStage<VitalsReport> ask(
            OwnVitals vitals,
            ClusterStatus status,
            Function<ClusterStatus.Member, NodeProgress> progress,
            Duration deadline) {
        List<CompletableFuture<VitalsReport.Answer>> answers = new ArrayList<>();
        for (ClusterStatus.Member member : status.members()) {
            NodeProgress known = progress.apply(member);
            answers.add(
                    member.id().equals(status.self())
                            ? CompletableFuture.supplyAsync(
                                            () -> new VitalsReport.Answer(known, vitals.get(), ""), questions.thread())
                                    .completeOnTimeout(
                                            new VitalsReport.Answer(known, null, Questions.Reply.silence(deadline)),
                                            deadline.toMillis(),
                                            TimeUnit.MILLISECONDS)
                            : questions
                                    .ask(member, VitalsMessage.Asked::new, deadline)
                                    .thenApply(reply -> read(known, reply)));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> new VitalsReport(
                        status.self().name(),
                        status.held().toString(),
                        answers.stream().map(CompletableFuture::join).toList()));
    }

    /** A newer version may say more than this one reads. */
    private static VitalsReport.Answer read(NodeProgress known, Questions.Reply reply) {
        if (reply.answer().isEmpty()) {
            return new VitalsReport.Answer(known, null, reply.problem());
        }
        try {
            return new VitalsReport.Answer(known, AdminJson.read(reply.answer().get(), NodeVitals.class), "");
        } catch (IOException e) {
            return new VitalsReport.Answer(known, null, "an answer that cannot be read");
        }
    }
}
