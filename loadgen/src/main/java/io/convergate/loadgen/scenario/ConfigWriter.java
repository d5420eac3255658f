package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fleet.AdminReply;
import io.convergate.loadgen.fleet.Applied;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.scenario.RouteWatch.Route;
import io.convergate.loadgen.scenario.Scenario.WriterSpec;
import io.convergate.loadgen.verify.ConfigWrite;
import io.convergate.loadgen.verify.ConfigWrite.Result;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.StoreRead;
import io.convergate.loadgen.verify.StoreRead.Held;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Writes configuration, one change after the other, to one node or to some in turn, and records what was answered. A thread of its own, from
 * {@link #start} to {@link #close}. Each resource carries the number of its write as a label, by which it is recognised later. A deletion that found
 * nothing has written nothing: it is recorded as a read.
 */
final class ConfigWriter implements AutoCloseable {
    /** The label. */
    static final String LABEL = "written";

    private static final String ROUTE = "virtualservice/";

    private static final String MAJORITY = "majority";
    private static final String WAIT = "&wait=all&timeout=5s";
    private static final long IDLE_NANOS = 10_000_000;

    private final WriterSpec spec;
    private final List<GatewayNode> nodes;
    private final long periodNanos;
    private final AtomicLong numbers;
    private final AtomicInteger turns;
    private final Random random;
    private final Supplier<String> phase;
    private final HistoryRecorder recorder;
    private final Thread thread;
    private int asked;
    private volatile boolean isEnding;

    /**
     * @param nodes who is asked in turn
     * @param share which part of the writer's rate this is, such as 3 for a third
     * @param numbers of all writers of the run
     * @param turns of all nodes of this writer
     * @param seed of the run; what is left to chance is drawn from it, for each writer and its nodes apart
     * @param phase the name of the phase that goes on
     */
    ConfigWriter(
            WriterSpec spec,
            List<GatewayNode> nodes,
            int share,
            AtomicLong numbers,
            AtomicInteger turns,
            long seed,
            Supplier<String> phase,
            HistoryRecorder recorder) {
        this.spec = spec;
        this.nodes = List.copyOf(nodes);
        this.phase = phase;
        this.periodNanos = (long) (1e9 * share / spec.perSecond());
        this.numbers = numbers;
        this.turns = turns;
        this.recorder = recorder;
        this.random = new Random(
                seed ^ (31L * spec.name().hashCode() + nodes.get(0).name().hashCode()) << 20);
        this.thread = new Thread(
                this::run, "writer-" + spec.name() + "-" + nodes.get(0).name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long next = System.nanoTime();
        while (!isEnding) {
            if (!spec.writesIn(phase.get())) {
                LockSupport.parkNanos(IDLE_NANOS);
                continue;
            }
            write(nodes.get(asked++ % nodes.size()));
            next = Math.max(next + periodNanos, System.nanoTime());
            while (!isEnding && System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private void write(GatewayNode node) {
        boolean isDeletion = random.nextDouble() < spec.deletes();
        int first = first();
        int count = spec.kind() == WriterSpec.Kind.ALL ? spec.resources() : 1;
        long number = numbers.getAndAdd(count);
        StringBuilder documents = new StringBuilder();
        for (int i = 0; i < count; i++) {
            documents.append(document(name(first + i), number + i));
        }
        long sent = System.nanoTime();
        Answer answer = send(node, isDeletion ? "/delete" : "/apply", documents.toString());
        long answered = System.nanoTime();
        if (isDeletion && answer.isUnchanged()) {
            recorder.stored(new StoreRead(
                    node.name(), sent, answered, answer.revision(), Map.of(resource(name(first)), Held.NONE)));
            return;
        }
        for (int i = 0; i < count; i++) {
            recorder.written(new ConfigWrite(
                    number + i,
                    node.name(),
                    sent,
                    answered,
                    resource(name(first + i)),
                    isDeletion ? "" : Long.toString(number + i),
                    answer.result(),
                    answer.revision(),
                    answer.heldBy(),
                    answer.servedBy(),
                    answer.isEverywhere(),
                    answer.detail()));
        }
    }

    private int first() {
        if (spec.kind() == WriterSpec.Kind.ALL) {
            return 0;
        }
        return spec.deletes() > 0 ? random.nextInt(spec.resources()) : turns.getAndIncrement() % spec.resources();
    }

    private record Answer(
            Result result,
            String revision,
            int heldBy,
            Set<String> servedBy,
            boolean isEverywhere,
            boolean isUnchanged,
            String detail) {
        /** One that acknowledges nothing. */
        static Answer without(Result result, String detail) {
            return new Answer(result, "", 0, Set.of(), false, false, detail);
        }
    }

    /** A 503 leaves open what became of it, unless a majority was asked for; any other error says that nothing was written. */
    private Answer send(GatewayNode node, String path, String documents) {
        try {
            AdminReply reply = node.admin()
                    .post(
                            path + "?author=" + spec.name() + "&consistency=" + spec.consistency()
                                    + (spec.isAwaited() ? WAIT : ""),
                            documents);
            if (reply.isGood()) {
                Applied applied = reply.as(Applied.class);
                return new Answer(
                        Result.ACKNOWLEDGED,
                        applied.revision(),
                        applied.heldBy(),
                        applied.servedBy(),
                        spec.isAwaited() && applied.converged(),
                        applied.isUnchanged(),
                        "");
            }
            boolean isRefused = reply.status() / 100 == 4
                    || (reply.status() == 503 && spec.consistency().equals(MAJORITY));
            Result result = isRefused ? Result.REFUSED : Result.UNKNOWN;
            return Answer.without(
                    result, reply.status() + " " + reply.json().path("detail").asText());
        } catch (UncheckedIOException noAnswer) {
            return Answer.without(Result.UNKNOWN, "no answer");
        }
    }

    private String name(int index) {
        return name(spec, index);
    }

    private static String name(WriterSpec spec, int index) {
        return spec.prefix() + "-" + index;
    }

    private static String host(String name) {
        return name + ".test";
    }

    private String resource(String name) {
        return resource(spec, name);
    }

    private static String resource(WriterSpec spec, String name) {
        return (spec.kind() == WriterSpec.Kind.ROUTES ? ROUTE : "serviceentry/") + name;
    }

    /** The routes that a writer writes. */
    static List<Route> routes(WriterSpec spec) {
        return spec.kind() == WriterSpec.Kind.ROUTES
                ? IntStream.range(0, spec.resources())
                        .mapToObj(index -> name(spec, index))
                        .map(name -> new Route(ROUTE + name, host(name), spec.isAwaited()))
                        .toList()
                : List.of();
    }

    /** The keys of those that a writer deletes and makes again. */
    static List<String> deleted(WriterSpec spec) {
        return spec.deletes() > 0
                ? IntStream.range(0, spec.resources())
                        .mapToObj(index -> resource(spec, name(spec, index)))
                        .toList()
                : List.of();
    }

    private String document(String name, long number) {
        String head =
                "---\napiVersion: networking.istio.io/v1\nkind: %s\nmetadata: {name: %s, labels: {%s: \"%d\"}}\nspec:\n";
        if (spec.kind() == WriterSpec.Kind.ROUTES) {
            return (head
                            + "  hosts: [%s]\n  gateways: [front]\n  http:\n"
                            + "    - headers: {response: {set: {%s: \"%d\"}}}\n      route: [{destination: {host: v%d.internal}}]\n")
                    .formatted(
                            "VirtualService",
                            name,
                            LABEL,
                            number,
                            host(name),
                            RouteWatch.HEADER,
                            number,
                            1 + number % 2);
        }
        String resolution = spec.kind() == WriterSpec.Kind.BROKEN ? "resolutoin" : "resolution";
        return (head + "  hosts: [%s.test]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n  %s: STATIC\n"
                        + "  endpoints: [{address: 127.0.0.1, ports: {http: %d}}]\n")
                .formatted("ServiceEntry", name, LABEL, number, name, resolution, 10_000 + number % 50_000);
    }

    /** Stops writing; does not wait for the answer to what is under way. */
    void end() {
        isEnding = true;
        LockSupport.unpark(thread);
    }

    /** Stops, and waits for the answer to the last write, as long as the admin client does. */
    @Override
    public void close() {
        end();
        try {
            thread.join(70_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
