package io.convergate.node.admin.kube;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ConfigView;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.config.block.IndexView;
import io.convergate.node.admin.api.ConflictView;
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
    private final Notices notices;
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
    private Optional<ObjectViews.Look> last = Optional.empty();
    private boolean caughtUp;
    private volatile Revision told = Revision.EMPTY;

    WatchHub(KubeBackend backend, ObjectViews objects, Conditions conditions, Notices notices) {
        this.backend = backend;
        this.objects = objects;
        this.conditions = conditions;
        this.notices = notices;
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
     * @param told the events that were made of it
     */
    private record Known(String digest, Transitions.Served served, Notices.Told told) {}

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

    /** Looks at all that may have changed, once. */
    synchronized void sweep() {
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
                look.conditions().problems(),
                look.conditions().counted().stream().map(Member::id).toList(),
                look.conditions().counted().stream().map(Member::problems).toList());
        if (!around.equals(surroundings) || regressed(look)) {
            candidates.addAll(now.resources().keySet());
        } else if (!now.revision().equals(seen.revision())) {
            now.resources().keySet().stream().filter(backend::dependsOnOthers).forEach(candidates::add);
        }
        boolean sameProblems = surroundings.isEmpty() || around.get(0).equals(surroundings.get(0));
        surroundings = around;
        boolean starting = !caughtUp;
        caughtUp = backend.config().caughtUp();
        Set<ResourceKey> touched = new TreeSet<>();
        for (ResourceKey key : candidates) {
            boolean whole = !sameProblems && judgedAnew(look, key)
                    || hasMoreThanServing(key)
                    || watches.stream().anyMatch(watch -> watch.concerns(key));
            if (look(look, key, whole, starting) || changed.contains(key)) {
                touched.add(key);
            }
        }
        notices.tell();
        notices.ports(look.conditions().counted(), starting);
        if (!touched.isEmpty()) {
            for (Watch watch : watches) {
                watch.offer(watch.events(seen, look, touched));
            }
        }
        seen = now;
        told = now.revision();
        last = Optional.of(look);
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

    /** Whether something else is wrong with a resource than before; since when its conditions were as they were is noted then. */
    private boolean judgedAnew(ObjectViews.Look look, ResourceKey key) {
        if (last.isEmpty()
                || look.conditions()
                        .problems(key)
                        .equals(last.get().conditions().problems(key))) {
            return false;
        }
        StoredResource before = seen.resources().get(key);
        StoredResource now = look.view().resources().get(key);
        if (before != null && now != null && before.hash().equals(now.hash())) {
            last.get().conditions().noteFirst(before);
        }
        return true;
    }

    /**
     * Looks at a resource again; whether what is derived of it has changed, as far as it is known.
     *
     * @param whole whether to derive its whole status
     * @param starting whether this node is only finding out what there is
     */
    private boolean look(ObjectViews.Look look, ResourceKey key, boolean whole, boolean starting) {
        StoredResource stored = look.view().resources().get(key);
        if (stored == null) {
            unsettled.remove(key);
            return known.remove(key) != null;
        }
        Known before = known.get(key);
        Conditions.Reach reach = look.conditions().reach(key);
        Optional<ConflictView> conflict = look.conditions().conflict(key);
        String digest = "";
        if (whole || conflict.isPresent()) {
            digest = ObjectViews.digest(look.status(stored));
        } else {
            Transitions.Served served = before == null || starting ? reach.served() : before.served();
            look.conditions().notice(stored, served, reach);
        }
        if (reach.converged().isTrue()) {
            unsettled.remove(key);
        } else {
            unsettled.add(key);
        }
        Notices.Told said = notices.resource(
                look.conditions(),
                stored,
                reach,
                conflict,
                before == null ? Notices.Told.NOTHING : before.told(),
                starting);
        known.put(key, new Known(digest, reach.served(), said));
        return before == null || !before.digest().equals(digest);
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
                : new Known(ObjectViews.digest(look.status(stored)), before.served(), before.told());
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
