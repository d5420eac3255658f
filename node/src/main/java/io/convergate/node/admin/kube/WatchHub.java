package io.convergate.node.admin.kube;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ConfigView;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.config.block.IndexView;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.kube.Conditions.Finding;
import io.convergate.routing.model.ConvergateResource;
import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what becomes of the configuration and of each resource in it, and tells those who watch or wait. It sweeps after every
 * change, one sweep at a time and with a pause after each, so that many changes at once cost one look. Most resources are
 * settled, served by all, and are not looked at again until something happens that may concern them. The whole status of a
 * resource is derived only if somebody watches it, or if more than being served can have changed of it.
 */
final class WatchHub {
    private static final Logger LOG = LoggerFactory.getLogger(WatchHub.class);

    /** Between two sweeps, at least; longer after one that took long. */
    private static final Duration PAUSE = Duration.ofMillis(25);

    private static final int PAUSE_FACTOR = 4;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final KubeBackend backend;
    private final ObjectViews objects;
    private final Conditions conditions;
    private final Events events;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, WatchHub::background);
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile long earliest = System.nanoTime();
    private final Set<Watch> watches = new HashSet<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final Map<ResourceKey, Known> known = new HashMap<>();
    private final Set<ResourceKey> unsettled = new HashSet<>();
    private ConfigView seen = IndexView.EMPTY;
    private List<Object> surroundings = List.of();
    private Revision servedByAll = Revision.EMPTY;
    private boolean first = true;
    private volatile Revision told = Revision.EMPTY;

    WatchHub(KubeBackend backend, ObjectViews objects, Conditions conditions, Events events) {
        this.backend = backend;
        this.objects = objects;
        this.conditions = conditions;
        this.events = events;
        thread.setKeepAliveTime(IDLE.toNanos(), TimeUnit.NANOSECONDS);
        thread.allowCoreThreadTimeOut(true); // it ends with the store, which asks for every sweep
    }

    /** It comes after what is served, where the JVM lets priorities count. */
    private static Thread background(Runnable task) {
        Thread thread = new Thread(task, "kubernetes-watch");
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /**
     * What was last derived of a resource.
     *
     * @param digest of its whole status; empty if nobody watches it
     */
    private record Known(String digest, Finding converged, boolean conflicted) {
        static final Known NOTHING = new Known("", new Finding("", "", ""), false);
    }

    /** Something that happened to a resource. */
    private record Told(StoredResource resource, boolean warning, String reason, String message) {}

    private record Waiter(Revision revision, CompletableFuture<Boolean> reached) {}

    /** Begins to notice. */
    void start() {
        backend.config().onChange(this::ask);
        ask();
    }

    private void ask() {
        if (asked.compareAndSet(false, true)) {
            thread.schedule(this::sweepOnce, Math.max(0, earliest - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void sweepOnce() {
        long start = System.nanoTime();
        asked.set(false);
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.error("what became of the configuration cannot be told", e);
        }
        long end = System.nanoTime();
        earliest = end + Math.max(PAUSE.toNanos(), PAUSE_FACTOR * (end - start));
    }

    private synchronized void sweep() {
        ConfigView now = backend.config().current();
        waiters.removeIf(waiter -> {
            boolean reached = now.revision().covers(waiter.revision());
            if (reached) {
                waiter.reached().complete(true);
            }
            return reached || waiter.reached().isDone();
        });
        watches.removeIf(Watch::isOver);
        ObjectViews.Look look = objects.at(now);
        Set<ResourceKey> changed = new TreeSet<>(now.differsFrom(seen));
        changed.addAll(now.conflicted());
        changed.addAll(seen.conflicted());
        Set<ResourceKey> candidates = new TreeSet<>(changed);
        candidates.addAll(unsettled);
        List<Object> around = List.of(
                backend.problems(),
                look.conditions().counted().stream().map(Member::id).toList(),
                look.conditions().counted().stream().map(Member::problems).toList());
        if (!around.equals(surroundings) || regressed(look)) {
            candidates.addAll(now.resources().keySet());
        } else if (!now.revision().equals(seen.revision())) {
            now.resources().keySet().stream().filter(backend::dependsOnOthers).forEach(candidates::add);
        }
        boolean sameProblems = surroundings.isEmpty() || around.get(0).equals(surroundings.get(0));
        surroundings = around;
        Set<ResourceKey> touched = new TreeSet<>();
        List<Told> happened = new ArrayList<>();
        for (ResourceKey key : candidates) {
            boolean whole =
                    !sameProblems || hasMoreThanServing(key) || watches.stream().anyMatch(watch -> watch.concerns(key));
            if (look(look, key, whole, happened) || changed.contains(key)) {
                touched.add(key);
            }
        }
        tell(happened);
        if (!touched.isEmpty()) {
            for (Watch watch : watches) {
                watch.offer(watch.events(seen, look, touched));
            }
        }
        seen = now;
        told = now.revision();
        first = false;
        conditions.forget(now);
    }

    /** Whether some member serves less than all did when it was last looked at, as one that has just started. */
    private boolean regressed(ObjectViews.Look look) {
        Revision before = servedByAll;
        servedByAll = look.conditions().servedByAll();
        return !servedByAll.covers(before);
    }

    /** Whether what becomes of a resource is more than where it is served and what is wrong with it. */
    private boolean hasMoreThanServing(ResourceKey key) {
        return backend.dependsOnOthers(key) || key.group().equals(ConvergateResource.GROUP);
    }

    /**
     * Looks at a resource again; whether what is derived of it has changed, as far as it is known.
     *
     * @param whole whether to derive its whole status
     * @param happened gets what somebody may want to know
     */
    private boolean look(ObjectViews.Look look, ResourceKey key, boolean whole, List<Told> happened) {
        StoredResource stored = look.view().resources().get(key);
        if (stored == null) {
            unsettled.remove(key);
            return known.remove(key) != null;
        }
        Finding converged = look.conditions().converged(key);
        Optional<ConflictView> conflict = look.conditions().conflict(key);
        String digest = "";
        if (whole || conflict.isPresent()) {
            digest = ObjectViews.digest(look.status(stored));
        } else {
            look.conditions().notice(key);
        }
        Known after = new Known(digest, converged, conflict.isPresent());
        Known before = known.put(key, after);
        if (converged.isTrue()) {
            unsettled.remove(key);
        } else {
            unsettled.add(key);
        }
        // What stands when a node starts is no event, but for a conflict: that is every node's to tell until it is
        // settled.
        if (!first || conflict.isPresent()) {
            happened(stored, conflict, before == null ? Known.NOTHING : before, after, happened);
        }
        return before == null || !before.digest().equals(digest);
    }

    private static void happened(
            StoredResource stored, Optional<ConflictView> conflict, Known before, Known after, List<Told> happened) {
        if (conflict.isPresent() && !before.conflicted()) {
            happened.add(
                    new Told(stored, true, Conditions.CONFLICTED, conflict.get().sentence()));
        } else if (conflict.isEmpty() && before.conflicted()) {
            happened.add(
                    new Told(stored, false, "Settled", "written again after two sides of a partition had changed it"));
        }
        Finding converged = after.converged();
        if (converged.isPending()
                || converged.status().equals(before.converged().status())
                        && converged.reason().equals(before.converged().reason())) {
            return;
        }
        if (converged.isTrue()) {
            happened.add(new Told(stored, false, Conditions.CONVERGED, converged.message()));
        } else {
            happened.add(new Told(stored, true, converged.reason(), converged.message()));
        }
    }

    /** Only what will be kept, or is followed, becomes an event: of a large change that is the smaller part. */
    private void tell(List<Told> happened) {
        int from = Math.max(0, happened.size() - events.wanted());
        for (Told told : happened.subList(from, happened.size())) {
            String uid = ObjectViews.stored(told.resource().content())
                    .at("/metadata/uid")
                    .asText();
            events.add(told.resource().key(), uid, told.warning(), told.reason(), told.message());
        }
    }

    /**
     * Adds a watch: from now on it gets every event after what {@code begin} has looked at.
     *
     * @param begin looks at the configuration as the hub last saw it
     */
    synchronized <T> T join(Watch watch, Function<ObjectViews.Look, T> begin) {
        sweep();
        ObjectViews.Look look = objects.at(seen);
        known.replaceAll((key, before) -> watch.concerns(key) ? derived(look, key, before) : before);
        T begun = begin.apply(look);
        watches.add(watch);
        return begun;
    }

    /** What is known of a resource with what nobody needed before it was watched. */
    private static Known derived(ObjectViews.Look look, ResourceKey key, Known before) {
        StoredResource stored = look.view().resources().get(key);
        return stored == null || !before.digest().isEmpty()
                ? before
                : new Known(ObjectViews.digest(look.status(stored)), before.converged(), before.conflicted());
    }

    /** The revision up to which everybody who watches has been told. */
    Revision seen() {
        return told;
    }

    /** How many watch. */
    synchronized int watching() {
        watches.removeIf(Watch::isOver);
        return watches.size();
    }

    /** Answers true once this node has reached a revision, or false when the time is over. */
    CompletionStage<Boolean> reached(Revision revision, Duration timeout) {
        if (backend.config().current().revision().covers(revision)) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        synchronized (this) {
            waiters.add(new Waiter(revision, reached));
        }
        ask();
        return reached.completeOnTimeout(false, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
