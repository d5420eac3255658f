package io.convergate.loadgen.main;

import io.convergate.loadgen.load.Honesty;
import io.convergate.loadgen.load.IntervalListener;
import io.convergate.loadgen.load.LoadPlan;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadRun;
import io.convergate.loadgen.load.Profile;
import io.convergate.loadgen.load.Rehearsal;
import io.convergate.loadgen.load.Target;
import io.convergate.loadgen.main.CheckOptions.Checks;
import io.convergate.loadgen.report.Environment;
import io.convergate.loadgen.report.HtmlReport;
import io.convergate.loadgen.report.ReportJson;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.request.Recording;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.verify.ExpectedAnswer;
import io.convergate.loadgen.verify.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate load}: drives load, checks every answer, prints what was seen. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Drives load at targets, checks every answer, and says what was lost.",
        description = {
            "",
            "With --rate, requests start on an absolute schedule whatever the answers do, and latency counts from the planned"
                    + " start. Without, every connection sends the next request when it has its answer, to find the maximum.",
            "Several URLs are the addresses of one service: connections take them in turn and move on when one fails.",
            "",
            "  convergate load http://127.0.0.1:8080/ --rate 1000 --duration 30s --fail-if 'p99>50ms' --fail-if 'errors>0'"
        })
final class LoadCommand implements Callable<Integer> {
    /** How long reports may take to write when the process ends early. */
    private static final long WRITING_MS_MAX = 10_000;

    @Parameters(
            arity = "1..*",
            paramLabel = "URL",
            description = "http or https; may have holes such as {{random 1..9}}.")
    private List<String> urls = List.of();

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "RATE",
            description = "Requests a second: 1000, 100..1000 (a ramp), or 100,200,400 (steps of equal length).")
    private Optional<String> rate = Optional.empty();

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = {"-n", "--requests"},
            paramLabel = "N",
            description = "End after that many requests.")
    private Optional<Long> requestsMax = Optional.empty();

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Connections at most, over all threads (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Requests that may wait for a connection; more are unsent (default: ${DEFAULT-VALUE}).")
    private int queueMax;

    @Option(
            names = "--retry-safe",
            description =
                    "Send a GET, HEAD or OPTIONS once more if its connection ended before a byte of the answer, as browsers"
                            + " do. Counted apart.")
    private boolean retriesSafe;

    @Option(names = "--request-ids", description = "Send an x-request-id of its own with every request.")
    private boolean isTraced;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "load",
            description = "What reports call it (default: ${DEFAULT-VALUE}).")
    private String name = "load";

    @Mixin
    private RequestOptions requests = new RequestOptions();

    @Mixin
    private WireOptions wire = new WireOptions();

    @Mixin
    private CheckOptions checkOptions = new CheckOptions();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Optional<Path> json = Optional.empty();

    @Option(names = "--hdr", paramLabel = "FILE", description = "Write latency as a HdrHistogram log.")
    private Optional<Path> hdr = Optional.empty();

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report that needs no network.")
    private Optional<Path> html = Optional.empty();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing while it runs.")
    private boolean isQuiet;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    /** Everything is printed and written; what ends the process early waits for it. */
    private final CountDownLatch finished = new CountDownLatch(1);

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return load();
        } finally {
            finished.countDown();
        }
    }

    private int load() throws IOException, InterruptedException {
        LoadPlan plan;
        Checks checks;
        LoadResult result;
        Optional<HdrLog> log = Optional.empty();
        try {
            plan = plan();
            checks = checkOptions.checks(name);
            Rehearsal.run(plan.wire().protocol(), plan.check());
            log = hdr.isPresent() ? Optional.of(new HdrLog(hdr.get())) : Optional.empty();
            result = run(plan, log.<List<IntervalListener>>map(List::of).orElse(List.of()));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
        List<Finding> findings = checks.judge(result);
        Optional<String> objection = Honesty.objection(result);
        if (log.isPresent()) {
            if (objection.isPresent()) {
                log.get().discard();
            } else {
                log.get().close();
            }
        }
        write(result, findings);
        new Summary(spec.commandLine().getOut()).print(result, findings);
        if (result.statuses().isEmpty() && result.completed() > 0) {
            return ExitCode.UNREACHABLE;
        }
        if (findings.stream().anyMatch(finding -> finding.state() == Finding.State.BROKEN)) {
            return ExitCode.FAILED;
        }
        return objection.isPresent() ? ExitCode.NOT_HONEST : ExitCode.OK;
    }

    private LoadPlan plan() {
        List<LoadUrl> targets = urls.stream().map(LoadUrl::parse).toList();
        LoadUrl first = targets.get(0);
        for (LoadUrl url : targets) {
            if (url.isTls() != first.isTls() || !url.path().equals(first.path())) {
                throw new IllegalArgumentException(
                        url.text() + " (expected: the scheme and path of " + first.text() + ")");
            }
            if (requests.isFromFile() && !url.path().equals("/")) {
                throw new IllegalArgumentException(url.text() + " (expected: no path; the file says the requests)");
            }
        }
        Optional<Recording> recording = requests.recording();
        RequestSet set = recording.map(Recording::requests).orElseGet(() -> requests.requests(first.path()));
        Profile profile = recording
                .<Profile>map(recorded -> new Profile.Recorded(recorded.offsetsNanos()))
                .orElseGet(this::profile);
        recording.filter(recorded -> recorded.skipped() > 0).ifPresent(recorded -> spec.commandLine()
                .getErr()
                .println(recorded.skipped()
                        + (recorded.skipped() == 1 ? " line is no request" : " lines are no requests")
                        + " that can be sent again: left out"));
        return LoadPlan.of(name, targets.stream().map(LoadUrl::target).toList(), profile, set, new ExpectedAnswer())
                .withWire(wire.wire(first.isTls(), first.authority()))
                .withConnections(connections, threads)
                .withFields(requests.fields())
                .withDeadlines(wire.deadlines())
                .withBounds(requestsMax.orElse(Long.MAX_VALUE), queueMax)
                .withSeed(seed)
                .withRetries(retriesSafe ? LoadPlan.Retries.SAFE : LoadPlan.Retries.NONE)
                .withTraces(isTraced);
    }

    private Profile profile() {
        return rate.<Profile>map(text -> RateText.parse(text, duration)).orElseGet(() -> new Profile.Closed(duration));
    }

    private LoadResult run(LoadPlan plan, List<IntervalListener> intervals) throws InterruptedException {
        LiveView view = new LiveView(
                spec.commandLine().getErr(), Terminal.isLive(), plan.profile().duration());
        try (LoadRun run = LoadRun.start(plan, List.of(), intervals)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> finishEarly(run), "load-stopper"));
            while (true) {
                try {
                    LoadResult result = run.await(Duration.ofSeconds(1));
                    view.clear();
                    return result;
                } catch (TimeoutException goesOn) {
                    if (!isQuiet) {
                        view.show(run.progress());
                    }
                }
            }
        }
    }

    /** On Ctrl-C and SIGTERM: no more requests; the figures so far are printed and written before the process ends. */
    private void finishEarly(LoadRun run) {
        if (finished.getCount() > 0) {
            run.stop();
            try {
                finished.await(wire.deadlines().request().toMillis() + WRITING_MS_MAX, TimeUnit.MILLISECONDS);
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write(LoadResult result, List<Finding> findings) throws IOException {
        RunReport report = RunReport.ofLoad(result, findings, Environment.here());
        if (json.isPresent()) {
            Files.writeString(json.get(), ReportJson.write(report));
        }
        if (html.isPresent()) {
            HtmlReport.write(html.get(), name, List.of(report));
        }
    }

    /** A URL of the command line; its path may have holes, so it need not be a URI. */
    private record LoadUrl(String text, boolean isTls, String authority, Target target, String path) {
        static LoadUrl parse(String text) {
            boolean isTls = text.startsWith("https://");
            if (!isTls && !text.startsWith("http://")) {
                throw new IllegalArgumentException(text + " (expected: http://HOST:PORT/PATH, or https)");
            }
            String rest = text.substring(isTls ? 8 : 7);
            int slash = rest.indexOf('/');
            String authority = slash < 0 ? rest : rest.substring(0, slash);
            boolean hasPort = authority.matches(".*:\\d+");
            Target target = Target.parse(hasPort ? authority : authority + (isTls ? ":443" : ":80"));
            return new LoadUrl(text, isTls, authority, target, slash < 0 ? "/" : rest.substring(slash));
        }
    }
}
