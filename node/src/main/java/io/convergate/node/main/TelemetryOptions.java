package io.convergate.node.main;

import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.UnusableFileException;
import io.convergate.node.telemetry.LogFilter;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.node.telemetry.trace.TraceHeaders;
import io.convergate.node.telemetry.trace.TraceSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of {@code convergate node} that concern what it writes down of requests. */
final class TelemetryOptions {
    @ArgGroup(validate = false, heading = "%nMetrics:%n")
    final Metrics metrics = new Metrics();

    @ArgGroup(validate = false, heading = "%nThe access log:%n")
    final AccessLog accessLog = new AccessLog();

    @ArgGroup(validate = false, heading = "%nTraces:%n")
    final Traces traces = new Traces();

    static final class Metrics {
        @Setting(about = """
                Counts requests by route, destination and response flag, for [`/metrics`](api.md#get-metrics) and
                `convergate top`. `false` is for finding out [what that costs](../src/bench/README.md).""")
        @Option(
                names = "--request-metrics",
                arity = "0..1",
                paramLabel = "true|false",
                fallbackValue = "true",
                defaultValue = "true",
                hideParamSyntax = true,
                description = "Count requests by route, destination and response flag. Default: ${DEFAULT-VALUE}")
        boolean requests;
    }

    static final class AccessLog {
        @Setting(about = """
                Envoy's default format, or [JSON](api.md#the-access-log).""")
        @Option(
                names = "--access-log",
                paramLabel = "text|json|off",
                defaultValue = "TEXT",
                description = "The form of its lines: Envoy's default, or JSON. Default: text")
        TelemetrySettings.Format format = TelemetrySettings.Format.TEXT;

        @Setting(unset = "standard output", about = """
                Appended to. A slow file or terminal loses lines, which are counted; it never delays a request.""")
        @Option(
                names = "--access-log-path",
                paramLabel = "FILE",
                description = "Where the lines go. Default: standard output")
        @Nullable
        String path;

        @Setting(unset = "all requests", about = """
                Only requests for which one of [these conditions](api.md#which-requests-are-logged) holds; up to 64.""")
        @Option(
                names = "--access-log-only",
                paramLabel = "COND",
                split = ",",
                hideParamSyntax = true,
                description = "Requests for which one of these holds: status=5xx, slower=1s, flag=any, path=/api/*,"
                        + " header=name:value ...; several with & between them must all hold. Default: all requests")
        List<String> only = List.of();

        @Setting(about = """
                No requests for which one of these holds, whatever `--access-log-only` says; up to 64.""")
        @Option(
                names = "--access-log-skip",
                paramLabel = "COND",
                split = ",",
                hideParamSyntax = true,
                description =
                        "No requests for which one of these holds, such as 'path=/healthz&status=200'. Default: none")
        List<String> skip = List.of();

        @Setting(least = 1, most = 1_000_000, about = """
                One in N of the requests that `--access-log-only` does not pick, 1 to 1,000,000. Unset: none of
                them, or all if there is no `--access-log-only`.""")
        @Option(
                names = "--access-log-sample",
                paramLabel = "N",
                description =
                        "One in N of the requests that --access-log-only does not pick. Default: none of them; all"
                                + " requests if there is no --access-log-only")
        @Nullable
        Integer sample;
    }

    static final class Traces {
        @Setting(about = """
                Where a collector takes OTLP over HTTP (protobuf); `/v1/traces` if the URL has no path. Without it
                there are no traces, and what requests say of theirs is passed on untouched.""")
        @Option(
                names = "--trace-endpoint",
                paramLabel = "URL",
                description =
                        "Where a collector takes OTLP over HTTP, such as http://collector:4318. Without it there are no"
                                + " traces, and trace headers are passed on untouched.")
        @Nullable
        String endpoint;

        @Setting(range = "0 to 1", about = """
                The share of the traces that begin here which is recorded. Recording costs processor time, request
                by request; what is not recorded costs next to nothing.""")
        @Option(
                names = "--trace-ratio",
                paramLabel = "0..1",
                defaultValue = "0.01",
                description = "The share of the traces that begin here which is recorded. Default: ${DEFAULT-VALUE}")
        double ratio;

        @Setting(unset = "`tracecontext`", about = """
                In which header fields a trace comes and goes on, by OpenTelemetry's names: `tracecontext` is
                `traceparent`, `b3` the one field of Zipkin's, `b3multi` its several. Of those that come `traceparent`
                counts first, then `b3`, then the several; all that are named are written, in place of what came.
                `tracecontext,b3multi` where services still look for B3.""")
        @Option(
                names = "--trace-propagation",
                paramLabel = "tracecontext|b3|b3multi",
                split = ",",
                hideParamSyntax = true,
                description =
                        "In which header fields a trace comes and goes on; several with commas. Default: tracecontext")
        Set<TraceHeaders.Form> forms = EnumSet.of(TraceHeaders.Form.TRACECONTEXT);

        @Setting(about = """
                Whose traces are continued, recorded if they say so. With `ALL` a client can have every request of
                his recorded, which costs processor time and crowds out others; `TRUSTED` takes only the word of
                `--trusted-proxies`.""")
        @Option(
                names = "--trace-parents",
                paramLabel = "WHOSE",
                defaultValue = "ALL",
                description =
                        "Whose traces are continued, recorded or not as they say: ${COMPLETION-CANDIDATES}; TRUSTED"
                                + " is --trusted-proxies. Default: ${DEFAULT-VALUE}")
        TraceSettings.Parents parents = TraceSettings.Parents.ALL;

        @Setting(least = 16, most = 1_000_000, about = """
                Requests whose spans wait to be sent, about 1 KiB each; more are lost, and counted in
                `convergate_trace_spans_total`.""")
        @Option(
                names = "--trace-queue-max",
                paramLabel = "N",
                defaultValue = "4096",
                description = "Requests whose spans wait to be sent; more are lost. Default: ${DEFAULT-VALUE}")
        int queue;

        @Setting(range = "more than 0", about = """
                Sending a batch, all tries together; then its spans are lost.""")
        @Option(
                names = "--trace-timeout",
                paramLabel = "TIME",
                defaultValue = "10s",
                description = "Sending a batch of spans, all tries together. Default: ${DEFAULT-VALUE}")
        Duration timeout = Duration.ZERO;

        @Setting(about = """
                Authorities that the collector's certificate must be signed by, PEM; else those that the JDK trusts.""")
        @Option(
                names = "--trace-ca",
                paramLabel = "FILE",
                description = "Whose certificate the collector must have, PEM. Default: what the JDK trusts")
        @Nullable
        Path authorities;

        @Setting(about = """
                Header fields for the collector, such as a token: lines of `name: value`; not readable by everybody.""")
        @Option(
                names = "--trace-headers-file",
                paramLabel = "FILE",
                description = "Header fields for the collector, such as a token: lines of 'name: value'.")
        @Nullable
        Path headers;
    }

    /**
     * The settings these options amount to.
     *
     * @throws IllegalArgumentException if one of them makes no sense; the message names the option
     */
    TelemetrySettings toSettings(NodeSettings node) {
        return new TelemetrySettings(
                node.labels(),
                metrics.requests ? TelemetrySettings.Counting.ON : TelemetrySettings.Counting.OFF,
                accessLog.format,
                logFilter(),
                Optional.ofNullable(accessLog.path),
                node.name(),
                traceSettings());
    }

    private LogFilter logFilter() {
        OptionalInt sample = accessLog.sample == null
                ? OptionalInt.empty()
                : OptionalInt.of(Ranges.between("--access-log-sample", accessLog.sample, 1, 1_000_000));
        try {
            LogFilter.of(accessLog.only, List.of(), sample);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--access-log-only " + e.getMessage(), e);
        }
        try {
            return LogFilter.of(accessLog.only, accessLog.skip, sample);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--access-log-skip " + e.getMessage(), e);
        }
    }

    private TraceSettings traceSettings() {
        if (!(traces.ratio >= 0 && traces.ratio <= 1)) {
            throw new IllegalArgumentException("--trace-ratio " + traces.ratio + " (expected: 0 to 1)");
        }
        try {
            Map<String, String> headers = headers();
            return new TraceSettings(
                    Optional.ofNullable(traces.endpoint).map(TelemetryOptions::endpoint),
                    traces.ratio,
                    TraceHeaders.of(traces.forms),
                    traces.parents,
                    Ranges.between("--trace-queue-max", traces.queue, 16, 1_000_000),
                    Ranges.positive("--trace-timeout", traces.timeout),
                    traces.authorities == null
                            ? Optional.empty()
                            : Optional.of(NamedFile.open("--trace-ca", traces.authorities)
                                    .read()),
                    () -> headers);
        } catch (UnusableFileException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Map<String, String> headers() throws UnusableFileException {
        Map<String, String> headers = new LinkedHashMap<>();
        if (traces.headers != null) {
            NamedFile file = NamedFile.secret("--trace-headers-file", traces.headers);
            int number = 0;
            for (String line :
                    new String(file.read(), StandardCharsets.UTF_8).lines().toList()) {
                number++;
                int colon = line.indexOf(':');
                if (!line.isBlank() && (colon < 1 || !line.substring(0, colon).matches("[A-Za-z0-9-]+"))) {
                    throw file.unusable("line " + number, "name: value");
                }
                if (!line.isBlank()) {
                    headers.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        }
        return Map.copyOf(headers);
    }

    /** Without a path it is where collectors take traces (OTLP/HTTP). */
    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri.getPath().isEmpty() || uri.getPath().equals("/") ? uri.resolve("/v1/traces") : uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "--trace-endpoint " + text + " (expected: an http or https URL, such as http://collector:4318)");
    }
}
