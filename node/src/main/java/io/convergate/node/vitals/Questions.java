package io.convergate.node.vitals;

import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.Presence;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Asks members, and answers them, in whatever cluster system the node has at the moment. Answers are looked up on a thread of their
 * own, which ends when nobody asks; what is asked beyond its short queue is not answered. Any thread.
 */
final class Questions {
    private static final String ACTOR = "vitals";
    private static final int ASKED_MAX = 16;
    private static final int PENDING_MAX = 4_096;

    private final Map<Long, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Link link;

    Questions() {
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

    /** What there is of a cluster system. */
    private record Link(ActorSystem<?> system, ActorRef<VitalsMessage> self) {}

    /**
     * What came of a question.
     *
     * @param answer empty if there is none
     * @param problem why not; empty if there is one
     */
    record Reply(Optional<byte[]> answer, String problem) {
        private static Reply none(String problem) {
            return new Reply(Optional.empty(), problem);
        }

        /** What a member that did not answer in time is said to have done. */
        static String silence(Duration deadline) {
            return "no answer within " + deadline.toMillis() + "ms";
        }
    }

    /** Makes a question. */
    @FunctionalInterface
    interface Wording {
        VitalsMessage.Question question(ActorRef<VitalsMessage> replyTo, long id);
    }

    /** Where answers are looked up. What is beyond its queue is dropped, so who waits for it needs a deadline. */
    Executor thread() {
        return thread;
    }

    /**
     * Asks and answers in this cluster system from now on.
     *
     * @param answers looks up the answer to a question; empty while there can be none
     */
    void arrived(ActorSystem<?> system, Function<VitalsMessage.Question, Optional<Supplier<byte[]>>> answers) {
        ActorRef<VitalsMessage> self = system.systemActorOf(
                Behaviors.receive(VitalsMessage.class)
                        .onMessage(VitalsMessage.Question.class, asked -> {
                            answers.apply(asked).ifPresent(answer -> answer(asked, answer));
                            return Behaviors.same();
                        })
                        .onMessage(VitalsMessage.Answered.class, answered -> {
                            CompletableFuture<byte[]> waiting = pending.remove(answered.id());
                            if (waiting != null) {
                                waiting.complete(answered.answer());
                            }
                            return Behaviors.same();
                        })
                        .build(),
                ACTOR,
                Props.empty());
        link = new Link(system, self);
    }

    /** There is no cluster system any more. */
    void gone() {
        link = null;
    }

    private void answer(VitalsMessage.Question asked, Supplier<byte[]> answer) {
        thread.execute(() -> asked.replyTo().tell(new VitalsMessage.Answered(asked.id(), answer.get())));
    }

    /** Asks another member. Never fails. */
    CompletableFuture<Reply> ask(ClusterStatus.Member member, Wording wording, Duration deadline) {
        Link now = link;
        if (now == null || member.presence() == Presence.ABSENT || pending.size() >= PENDING_MAX) {
            return CompletableFuture.completedFuture(Reply.none("not in the cluster"));
        }
        long id = ids.incrementAndGet();
        CompletableFuture<byte[]> waiting = new CompletableFuture<>();
        pending.put(id, waiting);
        ActorRef<VitalsMessage> there = ActorRefResolver.get(now.system())
                .resolveActorRef(
                        "pekko://" + now.system().name() + '@' + member.id().address() + "/system/" + ACTOR);
        there.tell(wording.question(now.self(), id));
        return waiting.thenApply(answer -> new Reply(Optional.of(answer), ""))
                .completeOnTimeout(Reply.none(Reply.silence(deadline)), deadline.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> pending.remove(id));
    }
}
