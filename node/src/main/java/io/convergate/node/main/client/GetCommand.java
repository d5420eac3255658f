package io.convergate.node.main.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.main.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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

/** {@code convergate get}: prints resources that a node knows. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "get",
        header = "Print resources.",
        description = {
            "",
            "Kinds: gateways (gw), virtualservices (vs), destinationrules (dr), serviceentries (se), workloadentries (we);",
            "services (svc), endpointslices (eps), ingresses (ing), ingressclasses (ic), namespaces (ns);",
            "gatewayclasses (gc), gateways (gtw), listenersets (lset), httproutes, grpcroutes, tlsroutes, tcproutes,",
            "udproutes, referencegrants (refgrant), backendtlspolicies (btlspolicy); secrets, configmaps (cm);",
            "ratelimitpolicies (rlp), ratelimitdomains (rld), healthcheckpolicies (hcp), circuitbreakerpolicies (cbp); all"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate get all",
            "  convergate get vs reviews -n default -o yaml",
            "",
            "Exit codes: 0 found, 1 not found, 2 usage, 3 no answer"
        })
public final class GetCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "KIND", description = "What kind, or 'all'.")
    private String kind = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Which one; all of them if left out.")
    private @Nullable String name;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "In this namespace. Default: 'default' for one resource, all namespaces for a list")
    private @Nullable String namespace;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces.")
    private boolean allNamespaces;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|yaml|json",
            defaultValue = "TABLE",
            description = "How to print them. Default: table")
    private Output output = Output.TABLE;

    @Mixin
    private ServerOption server = new ServerOption();

    private enum Output {
        TABLE("application/json"),
        YAML("application/yaml"),
        JSON("application/json");

        private final String accept;

        Output(String accept) {
            this.accept = accept;
        }
    }

    @Override
    public Integer call() {
        List<Kind> kinds = kind.equals("all") ? Arrays.asList(Kind.values()) : ResourcePaths.kinds(kind);
        AdminClient client = server.connect();
        TextTable table = new TextTable();
        StringBuilder notes = new StringBuilder();
        int worst = ExitCode.OK;
        int found = 0;
        List<String> missing = new ArrayList<>();
        for (Kind one : kinds) {
            AdminClient.Reply reply = client.get(path(one) + "?pretty=true", output.accept);
            if (!reply.isSuccess() && reply.status() == 404 && kinds.size() > 1 && name != null) {
                missing.add(reply.problem().detail());
            } else if (!reply.isSuccess()) {
                spec.commandLine().getErr().println(reply.problem().detail());
                worst = ExitCode.FAILED;
            } else if (output == Output.TABLE) {
                found += addRows(table, notes, one, reply.as(JsonNode.class), kinds.size() > 1);
            } else {
                print((output == Output.YAML && kinds.size() > 1 ? "---\n" : "")
                        + new String(reply.body(), StandardCharsets.UTF_8));
            }
        }
        if (!missing.isEmpty() && missing.size() == kinds.size()) { // no kind of that name has it
            missing.forEach(spec.commandLine().getErr()::println);
            worst = ExitCode.FAILED;
        }
        if (output == Output.TABLE && worst == ExitCode.OK) {
            print(found == 0 ? "none found\n" : table.render(Ansi.AUTO) + notes);
        }
        return worst;
    }

    private String path(Kind one) {
        if (name == null) {
            return ResourcePaths.listPath(one, namespace == null || allNamespaces ? "" : namespace);
        }
        return ResourcePaths.listPath(one, namespace == null ? "default" : namespace)
                + "/"
                + ResourcePaths.checked("name", name);
    }

    private static int addRows(TextTable table, StringBuilder notes, Kind kind, JsonNode answer, boolean several) {
        JsonNode items = answer.path("items");
        Iterable<JsonNode> resources = items.isArray() ? items : List.of(answer);
        KindColumns columns = KindColumns.of(kind);
        int count = 0;
        for (JsonNode resource : resources) {
            if (count == 0) {
                table.heading(columns.titles());
            }
            table.row(columns.cells(several ? kind.shortName() + "/" : "", resource, Instant.now()));
            count++;
            for (JsonNode condition : resource.at("/status/conditions")) {
                if (condition.path("type").asText().equals("Conflicted")) {
                    notes.append(Palette.WARN.paint(Ansi.AUTO, "conflicted"))
                            .append("  ")
                            .append(kind.shortName())
                            .append('/')
                            .append(resource.at("/metadata/name").asText())
                            .append(": ")
                            .append(condition.path("message").asText())
                            .append('\n');
                }
            }
        }
        if (several && count > 0) {
            table.row("");
        }
        return count;
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }
}
