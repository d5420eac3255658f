package io.convergate.loadgen.load;

import io.convergate.loadgen.load.AnswerCheck.Verdict;
import io.convergate.loadgen.request.Variables;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a load: its part of the schedule, its connections, its calls. Everything happens on its loop.
 *
 * <p>A call is planned, waits for a free connection (and for a free user, if it is a session's) in bounded queues, is sent, and ends with
 * exactly one outcome. All calls that are not over stand in one list by planned start, so deadlines are looked for at its head only.
 */
final class Worker {
    /** How many requests may start in a row before answers are read again. */
    private static final int BURST = 32;

    /** How many connections are opened at once, so that no backlog overflows. */
    private static final int OPENING_MAX = 64;

    /** How long a closed load waits before it tries targets again that have all refused. */
    private static final long REFUSED_PAUSE_MS = 100;

    private final LoadPlan plan;
    private final Shared shared;
    private final int index;
    private final EventLoop loop;
    private final Meter meter;
    private final Targets targets;
    private final Variables variables;
    private final Draw draw;
    private final WireKind wire;
    private final Bootstrap bootstrap;
    private final long timeoutNanos;
    private final int queueMax;

    private final List<Slot> slots = new ArrayList<>();
    private final ArrayDeque<Slot> ready = new ArrayDeque<>();
    private final ArrayDeque<Slot> closed = new ArrayDeque<>();
    private final ArrayDeque<Slot> dirty = new ArrayDeque<>();
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private final ArrayDeque<Call> spare = new ArrayDeque<>();
    private int queued;
    private int connecting;
    private int untried;

    private @Nullable Call first;
    private @Nullable Call last;

    private @Nullable Schedule schedule;
    private long beginNanos;
    private long nextNumber;
    private boolean hasBegun;
    private boolean isExhausted;
    private boolean isOver;

    /** @param client a bootstrap whose channels fit the loop */
    Worker(Shared shared, int index, EventLoop loop, Bootstrap client) {
        this.shared = shared;
        this.plan = shared.plan();
        this.index = index;
        this.loop = loop;
        this.meter = new Meter(shared.requests().size(), shared.addresses().size());
        this.targets = new Targets(shared.addresses(), index, System.nanoTime());
        this.variables = new Variables(plan.seed(), shared.idPrefix());
        this.draw = new Draw(plan, shared.requests(), index);
        this.wire = shared.wireFor(this);
        this.timeoutNanos = plan.deadlines().request().toNanos();
        this.queueMax = Math.max(1, plan.queueMax() / plan.threads());
        this.nextNumber = index;
        this.bootstrap = client.clone(loop)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(plan.deadlines().connect().toMillis()));
        int mine = plan.connections() / plan.threads() + (index < plan.connections() % plan.threads() ? 1 : 0);
        for (int i = 0; i < mine; i++) {
            Slot slot = new Slot(this);
            slots.add(slot);
            closed.add(slot);
        }
        untried = mine;
    }

    Meter meter() {
        return meter;
    }

    Targets targets() {
        return targets;
    }

    Variables variables() {
        return variables;
    }

    LoadPlan plan() {
        return plan;
    }

    EventLoop loop() {
        return loop;
    }

    boolean isOver() {
        return isOver;
    }

    /** Opens all connections, some at a time; tells when each was tried once. */
    void openAll() {
        Timing.sharpen();
        openSome();
    }

    private void openSome() {
        while (connecting < OPENING_MAX && untried > 0 && !hasBegun && !isOver) {
            untried--;
            openNext();
        }
        if (!hasBegun && connecting == 0) {
            shared.workerReady();
        }
    }

    private void openNext() {
        Slot slot = closed.poll();
        if (slot != null) {
            connecting++;
            slot.open();
        }
    }

    ChannelFuture connect(Targets.Address address, Slot slot) {
        return bootstrap
                .clone()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        wire.install(channel, slot);
                    }
                })
                .connect(address.socket());
    }

    /** Begins the schedule; {@code null} for a closed load, which ends at {@code endNanos}. */
    void begin(@Nullable Schedule planned, long begins, long endNanos) {
        hasBegun = true;
        beginNanos = begins;
        schedule = planned;
        loop.scheduleAtFixedRate(this::expire, sweepNanos(), sweepNanos(), TimeUnit.NANOSECONDS);
        if (planned != null) {
            tick();
        } else {
            loop.schedule(this::stop, endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            for (Slot slot : slots) {
                if (slot.isClosed()) {
                    continue;
                }
                serve(slot);
            }
            while (!closed.isEmpty()) {
                openNext();
            }
            flushAll();
        }
    }

    private long sweepNanos() {
        return Math.max(1_000_000, Math.min(50_000_000, timeoutNanos / 100));
    }

    /** Starts every request whose time has come, then sleeps until the next one's. */
    private void tick() {
        Schedule planned = schedule;
        if (isExhausted || planned == null) {
            return;
        }
        int burst = 0;
        while (true) {
            long offset = nextNumber < plan.requestsMax() ? planned.startNanos(nextNumber) : Schedule.NEVER;
            if (offset == Schedule.NEVER) {
                stop();
                break;
            }
            long due = beginNanos + offset;
            long now = System.nanoTime();
            if (due - now > 0) {
                loop.schedule(this::tick, due - now, TimeUnit.NANOSECONDS);
                break;
            }
            if (burst++ == BURST) {
                loop.execute(this::tick);
                break;
            }
            meter.planned(now - due);
            dispatch(newCall(due), now);
        }
        flushAll();
    }

    private Call newCall(long plannedNanos) {
        Call call = spare.poll();
        if (call == null) {
            call = new Call();
        }
        call.number = nextNumber;
        nextNumber += plan.threads();
        call.plannedNanos = plannedNanos;
        call.startedNanos = 0;
        call.request = null;
        call.user = User.NOBODY;
        call.users = null;
        call.slot = null;
        call.address = null;
        call.attempts = 0;
        call.isDone = false;
        call.isQueued = false;
        call.later = null;
        call.earlier = last;
        if (last != null) {
            last.later = call;
        } else {
            first = call;
        }
        last = call;
        draw.choose(call);
        return call;
    }

    /** Finds the call a user, if it needs one, and a connection; or lets it wait. */
    private void dispatch(Call call, long now) {
        Users users = call.users;
        if (users != null && call.user == User.NOBODY && !users.assign(call)) {
            if (mayQueue(call)) {
                users.waiting.add(call);
            }
            return;
        }
        Slot slot = nextReady();
        if (slot != null) {
            send(slot, call, now);
        } else if (mayQueue(call)) {
            waiting.add(call);
            if (connecting < queued) {
                openNext();
            }
        }
    }

    private boolean mayQueue(Call call) {
        if (queued >= queueMax) {
            finish(call, Outcome.UNSENT, 0, "", "all connections busy, " + queued + " waiting");
            return false;
        }
        queued++;
        call.isQueued = true;
        return true;
    }

    private @Nullable Slot nextReady() {
        Slot slot;
        while ((slot = ready.poll()) != null) {
            slot.isReady = false;
            if (slot.hasRoom()) {
                return slot;
            }
        }
        return null;
    }

    private void send(Slot slot, Call call, long now) {
        call.startedNanos = now;
        meter.started();
        variables.begin(call.number, call.user.name());
        slot.send(call);
        if (slot.hasRoom()) {
            offer(slot);
        }
    }

    private void offer(Slot slot) {
        if (!slot.isReady) {
            slot.isReady = true;
            ready.add(slot);
        }
    }

    /** The longest waiting call that is not over, or null. */
    private @Nullable Call nextWaiting() {
        Call call;
        while ((call = waiting.poll()) != null) {
            queued--;
            call.isQueued = false;
            if (!call.isDone) {
                return call;
            }
            spare.add(call);
        }
        return null;
    }

    /** Gives a slot with room what there is to do. */
    void serve(Slot slot) {
        while (slot.hasRoom()) {
            Call call = nextWaiting();
            long now = System.nanoTime();
            if (call == null && mayPlanAtOnce() && draw.hasUserFor(nextNumber)) {
                meter.plannedAtOnce();
                call = newCall(now);
                if (call.users != null) {
                    call.users.assign(call);
                }
            }
            if (call == null) {
                offer(slot);
                return;
            }
            send(slot, call, now);
        }
    }

    /** Whether a closed load has another request; ends it if the last one is planned. */
    private boolean mayPlanAtOnce() {
        if (schedule != null || !hasBegun || isExhausted) {
            return false;
        }
        if (nextNumber >= plan.requestsMax()) {
            stop();
            return false;
        }
        return true;
    }

    void opened(Slot slot) {
        connecting--;
        meter.connectionOpened();
        if (isOver) {
            slot.shutDown();
            return;
        }
        serve(slot);
        flushAll();
        if (!hasBegun) {
            openSome();
        }
    }

    /** No target took the slot's connection: the longest waiting call is refused. */
    void refused(Slot slot, String why) {
        connecting--;
        Call call = nextWaiting();
        if (call == null && mayPlanAtOnce()) {
            meter.plannedAtOnce();
            call = newCall(System.nanoTime());
        }
        if (call != null) {
            call.address = slot.address();
            finish(call, Outcome.REFUSED, 0, "", why);
        }
        closed.add(slot);
        if (!hasBegun) {
            openSome();
        } else if (schedule == null && !isOver) {
            loop.schedule(this::openNext, REFUSED_PAUSE_MS, TimeUnit.MILLISECONDS);
        } else if (queued > connecting && !isOver) {
            openNext();
        }
    }

    /** A connection ended; it is opened again when it is needed, or at once by a closed load. */
    void closed(Slot slot) {
        closed.add(slot);
        if (!isOver && hasBegun && (schedule == null ? !isExhausted : queued > connecting)) {
            openNext();
        }
    }

    void flushLater(Slot slot) {
        if (!slot.isDirty) {
            slot.isDirty = true;
            dirty.add(slot);
        }
    }

    void flushAll() {
        Slot slot;
        while ((slot = dirty.poll()) != null) {
            slot.isDirty = false;
            slot.flush();
        }
    }

    /** A whole answer is there. */
    void answered(Call call, Answer answer, @Nullable String malformed) {
        if (call.isDone) {
            return;
        }
        meter.answered(answer.status(), answer.upstream(), answer.bodyLength());
        long now = System.nanoTime();
        keepCookies(call, answer, now);
        Verdict verdict = judge(call, answer, malformed, now);
        meter.served(now - call.startedNanos);
        meter.took(now - call.plannedNanos);
        end(call, verdict.outcome(), answer.status(), answer.upstream(), verdict.detail(), now);
    }

    private void keepCookies(Call call, Answer answer, long now) {
        CookieJar jar = call.user.cookies();
        if (jar != null && !answer.setCookies().isEmpty()) {
            variables.begin(call.number, call.user.name());
            String target = call.prepared().spec().path().render(variables);
            answer.setCookies().forEach(cookie -> jar.take(cookie, target, now));
        }
    }

    /** Deadlines are looked for now and then, so that an answer may be there before its deadline is found to have passed. */
    private Verdict judge(Call call, Answer answer, @Nullable String malformed, long now) {
        if (malformed != null) {
            return new Verdict(Outcome.MALFORMED, malformed);
        }
        if (now - call.plannedNanos >= timeoutNanos) {
            return new Verdict(Outcome.TIMEOUT, "a whole answer, but not in time");
        }
        String own = shared.requestId(call);
        if (!answer.requestId().isEmpty() && !answer.requestId().equals(own)) {
            return new Verdict(
                    Outcome.WRONG_BODY, "the answer to " + answer.requestId() + " (expected: to " + own + ")");
        }
        return plan.check().judge(call.prepared().expect(), answer, call.user);
    }

    /** Something came on a connection on which nothing was asked. */
    void unasked(Slot slot, String detail) {
        Targets.Address address = slot.address();
        meter.unasked(address == null ? -1 : address.index());
        shared.unasked(address, detail, System.nanoTime());
    }

    /** There will be no whole answer. */
    void failed(Call call, Outcome outcome, int status, String detail, boolean mayRetry) {
        if (call.isDone) {
            return;
        }
        if (mayRetry
                && plan.retries() == LoadPlan.Retries.SAFE
                && call.attempts == 0
                && call.prepared().spec().isSafe()) {
            call.attempts++;
            meter.retried();
            again(call);
            return;
        }
        finish(call, outcome, status, "", detail);
    }

    /** The server declined it unprocessed: another connection takes it, a few times at most. */
    void declined(Call call, String detail) {
        if (call.isDone) {
            return;
        }
        if (call.attempts < 3) {
            call.attempts++;
            meter.moved();
            again(call);
        } else {
            finish(call, Outcome.RESET, 0, "", detail);
        }
    }

    private void again(Call call) {
        call.slot = null;
        call.isQueued = true;
        queued++;
        waiting.addFirst(call);
        loop.execute(this::serveWaiting);
    }

    private void serveWaiting() {
        Slot slot = nextReady();
        if (slot != null) {
            serve(slot);
            flushAll();
        } else if (queued > connecting) {
            openNext();
        }
    }

    private void finish(Call call, Outcome outcome, int status, String upstream, String detail) {
        end(call, outcome, status, upstream, detail, System.nanoTime());
    }

    private void end(Call call, Outcome outcome, int status, String upstream, String detail, long now) {
        call.isDone = true;
        unlink(call);
        Targets.Address address = call.address;
        Prepared request = call.request == null ? shared.requests().first() : call.request;
        meter.ended(outcome, request.index(), address == null ? -1 : address.index());
        if (outcome != Outcome.OK) {
            shared.sample(call, request, address, outcome, detail);
        }
        if (shared.hasListeners()) {
            shared.tell(call, request, address, outcome, status, upstream, detail, now);
        }
        Users users = call.users;
        if (users != null && call.user != User.NOBODY) {
            rest(call, users, now);
        }
        call.slot = null;
        if (!call.isQueued) {
            spare.add(call);
        }
        if (isExhausted && first == null) {
            loop.execute(this::finishUp);
        }
    }

    /** A user has its answer: it thinks, and is free again. */
    private void rest(Call call, Users users, long now) {
        User user = call.user;
        long think = draw.thinkNanos(call, users);
        if (think == 0) {
            users.release(user);
            nextOf(users, now);
        } else {
            loop.schedule(() -> thought(user, users), think, TimeUnit.NANOSECONDS);
        }
    }

    private void thought(User user, Users users) {
        if (isOver) {
            return;
        }
        users.release(user);
        nextOf(users, System.nanoTime());
        if (schedule == null) {
            serveWaiting();
        }
        flushAll();
    }

    private void nextOf(Users users, long now) {
        Call call;
        while ((call = users.waiting.poll()) != null) {
            queued--;
            call.isQueued = false;
            if (!call.isDone) {
                dispatch(call, now);
                return;
            }
            spare.add(call);
        }
    }

    private void unlink(Call call) {
        Call before = call.earlier;
        Call after = call.later;
        if (before == null) {
            first = after;
        } else {
            before.later = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.earlier = before;
        }
        call.earlier = null;
        call.later = null;
    }

    /** Ends the calls whose deadline has passed. */
    private void expire() {
        long now = System.nanoTime();
        Call call;
        while ((call = first) != null && now - call.plannedNanos >= timeoutNanos) {
            meter.took(now - call.plannedNanos);
            Slot slot = call.slot;
            boolean wasSent = call.startedNanos != 0 && slot != null;
            end(call, Outcome.TIMEOUT, 0, "", wasSent ? "no whole answer in time" : whatFor(call), now);
            if (wasSent && slot != null) {
                slot.abandon(call);
            }
        }
        flushAll();
    }

    private static String whatFor(Call call) {
        return call.users != null && call.user == User.NOBODY
                ? "waited for a user: all of its session were busy"
                : "waited for a connection";
    }

    /** Plans no more requests; what is under way goes on to its end. */
    void stop() {
        isExhausted = true;
        if (first == null) {
            finishUp();
        }
    }

    private void finishUp() {
        if (!isOver && first == null) {
            shutDown();
            shared.workerOver();
        }
    }

    int index() {
        return index;
    }

    /** Ends at once, whatever is under way. */
    void abort() {
        isExhausted = true;
        if (!isOver) {
            shutDown();
        }
    }

    private void shutDown() {
        isOver = true;
        slots.forEach(Slot::shutDown);
        wire.release();
    }
}
