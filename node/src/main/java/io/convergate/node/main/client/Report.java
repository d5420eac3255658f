package io.convergate.node.main.client;

import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.node.main.client.TextTable.Cell;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** What a node answered, written for people. */
final class Report {
    private final Ansi ansi;
    private final Documents documents;

    /**
     * @param ansi whether to use colours
     * @param documents what was sent, to say where a problem is
     */
    Report(Ansi ansi, Documents documents) {
        this.ansi = ansi;
        this.documents = documents;
    }

    /** What an accepted change did, and who serves it. */
    String accepted(ApplyReport report) {
        TextTable table = new TextTable();
        for (ResourceResult result : report.resources()) {
            table.row(Cell.of(result.shortName()), new Cell(result.outcome().word(), colour(result.outcome())));
        }
        StringBuilder out = new StringBuilder(table.render(ansi));
        report.resources().forEach(result -> out.append(problems(result.problems())));
        if (report.dryRun()) {
            return out.append("dry run: valid, and nothing was written\n").toString();
        }
        out.append("revision ").append(report.revision());
        if (report.members() > 0) {
            out.append(", on the disks of ")
                    .append(report.heldBy())
                    .append(" of ")
                    .append(report.members())
                    .append(report.spreading() ? " nodes, and spreading" : " nodes");
        } else {
            out.append(", nothing to write");
        }
        return out.append('\n').append(progress(report.nodes())).toString();
    }

    /** Who serves a revision. */
    String progress(List<NodeProgress> nodes) {
        if (nodes.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable();
        for (NodeProgress node : nodes) {
            table.row(
                    Cell.of("  " + node.node()),
                    new Cell(node.address(), Palette.DIM),
                    new Cell(node.state().word(), colour(node.state())),
                    Cell.of(node.reason()));
        }
        return table.render(ansi);
    }

    /** Why a request was refused. */
    String refused(ProblemDocument problem) {
        StringBuilder out = new StringBuilder(problems(problem.problems()));
        out.append(Palette.BAD.paint(ansi, problem.title() + ":")).append(' ').append(problem.detail());
        return out.append('\n').toString();
    }

    /** Problems, three lines at most for each: what and where, the path, the message. */
    String problems(List<ProblemView> problems) {
        StringBuilder out = new StringBuilder();
        for (ProblemView problem : problems) {
            out.append((problem.isError() ? Palette.BAD : Palette.WARN).paint(ansi, problem.severity()));
            append(out, "  ", problem.resource());
            append(out, "  ", Palette.DIM.paint(ansi, documents.locate(problem.line(), problem.column())));
            out.append("\n  ");
            if (!problem.path().isEmpty()) {
                out.append(Palette.STRONG.paint(ansi, problem.path())).append(": ");
            }
            out.append(problem.message());
            if (!problem.code().isEmpty()) {
                out.append(Palette.DIM.paint(ansi, "  [" + problem.code() + "]"));
            }
            out.append('\n');
        }
        return out.toString();
    }

    static Palette colour(NodeProgress.State state) {
        return switch (state) {
            case SERVING -> Palette.GOOD;
            case PENDING -> Palette.WARN;
            case REFUSED, UNREACHABLE -> Palette.BAD;
        };
    }

    private static Palette colour(ResourceResult.Outcome outcome) {
        return switch (outcome) {
            case CREATED, CONFIGURED -> Palette.GOOD;
            case UNCHANGED -> Palette.DIM;
            case DELETED -> Palette.WARN;
        };
    }

    private static void append(StringBuilder out, String gap, String text) {
        if (!text.isEmpty()) {
            out.append(gap).append(text);
        }
    }
}
