package io.convergate.node.vitals;

import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.membership.ClusterGuest;
import io.convergate.node.admin.LiveView;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.NodeVitals;
import io.convergate.node.admin.api.RouteVitals;
import io.convergate.node.admin.api.VitalsReport;
import io.convergate.node.telemetry.Series;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Asks all members how they are doing, and answers them, in whatever cluster system the node has at the moment. Numbers are looked
 * up on a thread of their own, which ends when nobody asks; what is asked beyond its short queue is not answered. Any thread.
 */
public final class ClusterVitals implements ClusterGuest {
    /** The largest answer; routes are left out of a larger one. Far below the largest frame between nodes. */
    static final int BYTES_MAX = 192 * 1024;

    private static final String ACTOR = "vitals";
    private static final int ASKED_MAX = 16;
    private static final int PENDING_MAX = 4_096;

    private final Function<Set<String>, Map<String, List<Series>>> metrics;
    private final Supplier<List<BreakerView>> breakers;
    private final Map<Long, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
    private final AtomicLong questions = new AtomicLong();
    private final ThreadPoolExecutor thread;
    private volatile @Nullable OwnVitals own;
    private volatile @Nullable Link link;

    /** What there is of a cluster system. */
    private record Link(ActorSystem<?> system, ActorRef<VitalsMessage> self) {}

    /**
     * @param metrics reads metrics by name
     * @param breakers those that are not closed
     */
    public ClusterVitals(
            Function<Set<String>, Map<String, List<Series>>> metrics, Supplier<List<BreakerView>> breakers) {
        this.metrics = metrics;
        this.breakers = breakers;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(ASKED_MAX),
                task -> {
                    Thread made = new Thread(task, "vitals");
                    made.setDaemon(true);
                    return made;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        thread.allowCoreThreadTimeOut(true);
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

    @Override
    public void arrived(ActorSystem<?> system) {
        ActorRef<VitalsMessage> self = system.systemActorOf(
                Behaviors.receive(VitalsMessage.class)
                        .onMessage(VitalsMessage.Asked.class, asked -> {
                            answer(asked);
                            return Behaviors.same();
                        })
                        .onMessage(VitalsMessage.Answered.class, answered -> {
                            CompletableFuture<byte[]> waiting = pending.remove(answered.id());
                            if (waiting != null) {
                                waiting.complete(answered.vitals());
                            }
                            return Behaviors.same();
                        })
                        .build(),
                ACTOR,
                Props.empty());
        link = new Link(system, self);
    }

    @Override
    public void gone() {
        link = null;
    }

    private void answer(VitalsMessage.Asked asked) {
        OwnVitals vitals = own;
        if (vitals != null) {
            thread.execute(() -> asked.replyTo().tell(new VitalsMessage.Answered(asked.id(), bytes(vitals.get()))));
        }
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
                                            () -> new VitalsReport.Answer(known, vitals.get(), ""), thread)
                                    .completeOnTimeout(
                                            silent(known, deadline), deadline.toMillis(), TimeUnit.MILLISECONDS)
                            : ask(member, known, deadline));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> new VitalsReport(
                        status.self().name(),
                        status.held().toString(),
                        answers.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<VitalsReport.Answer> ask(
            ClusterStatus.Member member, NodeProgress known, Duration deadline) {
        Link now = link;
        if (now == null || member.presence() == Presence.ABSENT || pending.size() >= PENDING_MAX) {
            return CompletableFuture.completedFuture(new VitalsReport.Answer(known, null, "not in the cluster"));
        }
        long id = questions.incrementAndGet();
        CompletableFuture<byte[]> waiting = new CompletableFuture<>();
        pending.put(id, waiting);
        ActorRef<VitalsMessage> there = ActorRefResolver.get(now.system())
                .resolveActorRef(
                        "pekko://" + now.system().name() + '@' + member.id().address() + "/system/" + ACTOR);
        there.tell(new VitalsMessage.Asked(now.self(), id));
        return waiting.thenApply(json -> read(known, json))
                .completeOnTimeout(silent(known, deadline), deadline.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> pending.remove(id));
    }

    private static VitalsReport.Answer silent(NodeProgress known, Duration deadline) {
        return new VitalsReport.Answer(known, null, "no answer within " + deadline.toMillis() + "ms");
    }

    /** A newer version may say more than this one reads. */
    private static VitalsReport.Answer read(NodeProgress known, byte[] json) {
        try {
            return new VitalsReport.Answer(known, AdminJson.read(json, NodeVitals.class), "");
        } catch (IOException e) {
            return new VitalsReport.Answer(known, null, "an answer that cannot be read");
        }
    }
}
