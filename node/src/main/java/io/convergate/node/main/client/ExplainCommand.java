package io.convergate.node.main.client;

import io.convergate.node.main.ExitCode;
import io.convergate.routing.explain.Explanation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate explain}: says where a request would go, and why not elsewhere. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "explain",
        header = "Say where a request goes, and for every route that does not get it, why.",
        description = {"", "Asks the tables that the node's traffic uses; sends nothing and changes nothing."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate explain GET http://shop.example/api/v1/x -H 'x-user: me'",
            "  convergate explain http://shop.example/cart --with proposed.yaml",
            "",
            "Exit codes: 0 explained, 1 refused, 2 usage, 3 no answer"
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(
            arity = "1..2",
            paramLabel = "[METHOD] URL",
            description = "The request; its method is GET if left out.")
    private List<String> request = List.of();

    @Option(
            names = {"-H", "--header"},
            arity = "1",
            paramLabel = "'NAME: VALUE'",
            description = "A header of it; may be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "The port that a Gateway names. Default: the one of the URL")
    private @Nullable Integer port;

    @Option(
            names = "--node",
            paramLabel = "N",
            description = "Ask this node, by its name. Default: the one at --server")
    private @Nullable String node;

    @Option(
            names = "--with",
            arity = "1",
            paramLabel = "FILE",
            description = "Count these resources as applied: a file, a directory, a URL, or -. May be repeated.")
    private List<String> with = List.of();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        AdminClient client =
                node == null ? server.connect() : OtherNodes.of(server).named(node);
        AdminClient.Reply reply;
        Documents documents = Documents.of("", new byte[0]);
        if (with.isEmpty()) {
            reply = client.get(path(), "application/json");
        } else {
            documents = Documents.read(with, System.in);
            reply = client.post(path(), documents.text(), WAIT);
        }
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().print(new Report(Ansi.AUTO, documents).refused(reply.problem()));
            spec.commandLine().getErr().flush();
            return ExitCode.FAILED;
        }
        spec.commandLine()
                .getOut()
                .print(
                        output.isJson()
                                ? new String(reply.body(), StandardCharsets.UTF_8)
                                : new ExplanationText(Ansi.AUTO).of(reply.as(Explanation.class)));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private String path() {
        StringBuilder path = new StringBuilder("/explain?url=").append(encoded(request.get(request.size() - 1)));
        path.append("&method=").append(encoded(request.size() == 2 ? request.get(0) : "GET"));
        headers.forEach(header -> path.append("&header=").append(encoded(header)));
        if (port != null) {
            path.append("&port=").append(port);
        }
        return path.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
