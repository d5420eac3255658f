package io.convergate.loadgen.main;

import io.convergate.loadgen.load.AnswerFields;
import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.Recording;
import io.convergate.loadgen.request.RequestFile;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Statuses;
import io.convergate.loadgen.request.Template;
import io.convergate.loadgen.request.Think;
import io.convergate.loadgen.yaml.BadYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import picocli.CommandLine.Option;

/** What a load sends, and what it expects of the answers. */
final class RequestOptions {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Send the requests of this YAML file; URLs then have no path.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--replay",
            paramLabel = "LOG",
            description = "Send the requests of this access log, each at its own time; URLs then have no path."
                    + " Envoy's default format, Istio's JSON, or nginx's combined.")
    private Optional<Path> replay = Optional.empty();

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "Replay that many times as fast as it was recorded (default: ${DEFAULT-VALUE}).")
    private double speed;

    @Option(
            names = {"-m", "--method"},
            paramLabel = "METHOD",
            defaultValue = "GET",
            description = "The method (default: ${DEFAULT-VALUE}).")
    private String method = "GET";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header; may have holes such as {{uuid}}. May be repeated.")
    private List<String> headers = List.of();

    @Option(names = "--body", paramLabel = "TEXT", description = "The body; may have holes.")
    private Optional<String> body = Optional.empty();

    @Option(names = "--body-size", paramLabel = "BYTES", description = "A body of that many bytes.")
    private Optional<Integer> bodySize = Optional.empty();

    @Option(names = "--body-file", paramLabel = "FILE", description = "The file's contents as the body.")
    private Optional<Path> bodyFile = Optional.empty();

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "Let N users send the request, each one after the other and with cookies of its own.")
    private Optional<Integer> users = Optional.empty();

    @Option(
            names = "--think",
            paramLabel = "TIME",
            description = "What a user does between an answer and the next request: 2s, or 500ms..2s (with --users).")
    private Optional<String> think = Optional.empty();

    @Option(names = "--sticky", description = "One upstream must answer all requests of a user (with --users).")
    private boolean isSticky;

    @Option(
            names = "--expect-status",
            paramLabel = "CODES",
            description = "Such as 200, 2xx or 200,404 (default: 2xx; with --replay what was recorded).")
    private Optional<String> status = Optional.empty();

    @Option(
            names = "--expect-upstream",
            paramLabel = "NAME",
            split = ",",
            description = "Who must have answered: one of these.")
    private Set<String> upstreams = Set.of();

    @Option(
            names = "--expect-version",
            paramLabel = "NAME",
            split = ",",
            description = "Which version must have answered: one of these.")
    private Set<String> versions = Set.of();

    @Option(
            names = "--expect-route",
            paramLabel = "NAME",
            split = ",",
            description = "By which route it must have come: one of these.")
    private Set<String> routes = Set.of();

    @Option(names = "--expect-length", paramLabel = "BYTES", description = "How long the body must be.")
    private Optional<Long> length = Optional.empty();

    @Option(names = "--expect-sha256", paramLabel = "HEX", description = "What the body's SHA-256 must be.")
    private Optional<String> sha256 = Optional.empty();

    @Option(
            names = "--upstream-header",
            paramLabel = "NAME",
            defaultValue = "x-origin",
            description = "The field of an answer that names its upstream (default: ${DEFAULT-VALUE}).")
    private String upstreamHeader = AnswerFields.DEFAULT.upstream();

    @Option(
            names = "--sequence-header",
            paramLabel = "NAME",
            defaultValue = "x-origin-seq",
            description = "The field with that upstream's count of answers (default: ${DEFAULT-VALUE}).")
    private String sequenceHeader = AnswerFields.DEFAULT.sequence();

    @Option(
            names = "--version-header",
            paramLabel = "NAME",
            defaultValue = "x-origin-version",
            description = "The field that names the version (default: ${DEFAULT-VALUE}).")
    private String versionHeader = AnswerFields.DEFAULT.version();

    @Option(
            names = "--route-header",
            paramLabel = "NAME",
            defaultValue = "x-route",
            description = "The field that names the route (default: ${DEFAULT-VALUE}).")
    private String routeHeader = AnswerFields.DEFAULT.route();

    /** Whether the requests come from a file, so that URLs must not say any. */
    boolean isFromFile() {
        return file.isPresent() || replay.isPresent();
    }

    AnswerFields fields() {
        return new AnswerFields(
                upstreamHeader.toLowerCase(Locale.ROOT),
                sequenceHeader.toLowerCase(Locale.ROOT),
                versionHeader.toLowerCase(Locale.ROOT),
                routeHeader.toLowerCase(Locale.ROOT));
    }

    /** The recording to replay, if one is asked for. */
    Optional<Recording> recording() {
        try {
            return replay.isPresent() ? Optional.of(Recording.read(replay.get(), speed)) : Optional.empty();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(replay.get() + " (expected: a file that can be read)", unreadable);
        }
    }

    /** The requests of the file, or the one of the command line. */
    RequestSet requests(String path) {
        if (users.isEmpty() && (think.isPresent() || isSticky)) {
            throw new IllegalArgumentException((isSticky ? "--sticky" : "--think") + " (expected: with --users)");
        }
        if (file.isEmpty()) {
            return users.map(count -> ofUsers(request(path), count)).orElseGet(() -> RequestSet.of(request(path)));
        }
        if (users.isPresent()) {
            throw new IllegalArgumentException("--users (expected: without --file, which says its own)");
        }
        try {
            return RequestFile.read(file.get(), expectation());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file.get() + " (expected: a file that can be read)", unreadable);
        } catch (BadYaml bad) {
            throw new CommandFailed(ExitCode.USAGE, String.join("\n", bad.mistakes()));
        }
    }

    private RequestSet ofUsers(RequestSpec request, int count) {
        if (count < 1 || count > 1_000_000) {
            throw new IllegalArgumentException(count + " (expected: 1 to 1000000 users)");
        }
        Think pause = think.map(Think::parse).orElse(Think.NONE);
        return new RequestSet(
                List.of(new RequestSet.Session("user", List.of(request), count, isSticky, true, pause, 1)), new int[0]);
    }

    private RequestSpec request(String path) {
        List<RequestSpec.Header> read = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(header + " (expected: NAME: VALUE)");
            }
            read.add(new RequestSpec.Header(
                    header.substring(0, colon).strip(),
                    Template.parse(header.substring(colon + 1).strip())));
        }
        return new RequestSpec(method + " " + path, method, Template.parse(path), read, body(), expectation());
    }

    private Body body() {
        if ((body.isPresent() ? 1 : 0) + (bodySize.isPresent() ? 1 : 0) + (bodyFile.isPresent() ? 1 : 0) > 1) {
            throw new IllegalArgumentException("several bodies (expected: one of --body, --body-size, --body-file)");
        }
        if (bodySize.isPresent()) {
            int size = bodySize.get();
            if (size < 0 || size > 64 << 20) {
                throw new IllegalArgumentException(size + " (expected: a body of 0 to 64 MiB)");
            }
            return Body.Bytes.ofSize(size);
        }
        if (bodyFile.isPresent()) {
            try {
                return new Body.Bytes(Files.readAllBytes(bodyFile.get()));
            } catch (IOException unreadable) {
                throw new IllegalArgumentException(bodyFile.get() + " (expected: a file that can be read)", unreadable);
            }
        }
        return body.<Body>map(text -> new Body.Text(Template.parse(text))).orElseGet(Body.None::new);
    }

    private Expectation expectation() {
        return new Expectation(
                status.map(Statuses::parse).orElse(Statuses.SUCCESS),
                upstreams,
                routes,
                versions,
                length.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                sha256);
    }
}
