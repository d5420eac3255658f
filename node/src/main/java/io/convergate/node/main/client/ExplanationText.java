package io.convergate.node.main.client;

import io.convergate.node.main.client.TextTable.Cell;
import io.convergate.routing.explain.Explanation;
import io.convergate.routing.explain.Explanation.Candidate;
import io.convergate.routing.explain.Explanation.Destination;
import io.convergate.routing.explain.Explanation.Outcome;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** An explanation, written for people: one table of routes, then what happens. */
final class ExplanationText {
    private final Ansi ansi;

    ExplanationText(Ansi ansi) {
        this.ansi = ansi;
    }

    String of(Explanation explanation) {
        StringBuilder out = new StringBuilder();
        out.append(Palette.STRONG.paint(ansi, explanation.request())).append('\n');
        out.append("listener      ").append(explanation.listener()).append('\n');
        if (!explanation.virtualHostBecause().isEmpty()) {
            String host = explanation.virtualHost().isEmpty() ? "none" : explanation.virtualHost();
            out.append("virtual host  ").append(host).append(": ");
            out.append(explanation.virtualHostBecause()).append('\n');
        }
        routes(explanation, out);
        verdict(explanation.verdict(), out);
        return out.toString();
    }

    private void routes(Explanation explanation, StringBuilder out) {
        if (explanation.routes().isEmpty()) {
            return;
        }
        TextTable table = new TextTable().heading("", "ROUTE", "WRITTEN IN", "TAKES", "WHY NOT");
        for (Candidate route : explanation.routes()) {
            table.row(
                    new Cell(mark(route.outcome()), colour(route.outcome())),
                    Cell.of(route.name()),
                    Cell.of(route.writtenIn()),
                    Cell.of(route.match()),
                    new Cell(route.because(), Palette.DIM));
        }
        out.append('\n').append(table.render(ansi));
        if (explanation.routesNotShown() > 0) {
            out.append("and ").append(explanation.routesNotShown()).append(" more\n");
        }
        out.append('\n');
    }

    private static String mark(Outcome outcome) {
        return switch (outcome) {
            case CHOSEN -> "=>";
            case FAILED -> "no";
            case TOO_LATE -> "later";
            case NOT_HERE -> "absent";
        };
    }

    private static Palette colour(Outcome outcome) {
        return switch (outcome) {
            case CHOSEN -> Palette.GOOD;
            case TOO_LATE -> Palette.WARN;
            case FAILED, NOT_HERE -> Palette.DIM;
        };
    }

    private void verdict(Explanation.Verdict verdict, StringBuilder out) {
        Palette colour = verdict.action().equals("refuse") ? Palette.BAD : Palette.GOOD;
        out.append(colour.paint(ansi, verdict.says()));
        if (!verdict.flag().isEmpty()) {
            out.append(Palette.DIM.paint(ansi, "  [" + verdict.flag() + "]"));
        }
        out.append('\n');
        lines("  ", verdict.filters(), out);
        for (Destination destination : verdict.destinations()) {
            String upstream = destination.upstream().isEmpty() ? "unknown destination" : destination.upstream();
            out.append("  ")
                    .append(destination.share())
                    .append(" %  ")
                    .append(upstream)
                    .append('\n');
            out.append("      gets ").append(destination.path()).append(" for ").append(destination.authority());
            out.append('\n');
            if (!destination.endpoints().isEmpty()) {
                out.append("      at ")
                        .append(String.join(", ", destination.endpoints()))
                        .append('\n');
            }
            if (!destination.problem().isEmpty()) {
                out.append("      ")
                        .append(Palette.BAD.paint(ansi, destination.problem()))
                        .append('\n');
            }
            lines("      ", destination.filters(), out);
        }
    }

    private static void lines(String indent, List<String> lines, StringBuilder out) {
        lines.forEach(line -> out.append(indent).append(line).append('\n'));
    }
}
