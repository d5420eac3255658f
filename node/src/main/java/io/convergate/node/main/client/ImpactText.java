package io.convergate.node.main.client;

import io.convergate.node.admin.api.ImpactReport;
import io.convergate.node.admin.api.NodeSample;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.node.main.client.TextTable.Cell;
import io.convergate.routing.explain.Impact;
import io.convergate.routing.explain.ImpactGroup;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import picocli.CommandLine.Help.Ansi;

/** What a change would do, written for people: the resources, then the requests, the worst first. */
final class ImpactText {
    private static final String INDENT = "        ";
    private static final int SECONDS_A_MINUTE = 60;
    private static final int MINUTES_AN_HOUR = 60;
    private static final double HUNDRED = 100;

    private final Ansi ansi;
    private final Report report;

    ImpactText(Ansi ansi, Documents documents) {
        this.ansi = ansi;
        this.report = new Report(ansi, documents);
    }

    String of(ImpactReport found) {
        StringBuilder out = new StringBuilder();
        TextTable table = new TextTable();
        for (ResourceResult resource : found.resources()) {
            table.row(
                    Cell.of(resource.shortName()),
                    new Cell("would be " + resource.outcome().word(), Palette.DIM));
        }
        out.append(table.render(ansi));
        found.resources().forEach(resource -> out.append(report.problems(resource.problems())));
        nodes(found, out);
        Impact impact = found.impact();
        impact.groups().forEach(group -> group(group, impact.requests(), out));
        if (impact.groupsNotShown() > 0) {
            out.append("\nand ").append(impact.groupsNotShown()).append(" more groups of requests\n");
        }
        if (impact.sampled() > 0) {
            out.append('\n')
                    .append(Palette.STRONG.paint(ansi, percent(impact.unaffected(), impact.requests())))
                    .append("  would notice nothing\n");
        }
        return out.toString();
    }

    private void nodes(ImpactReport found, StringBuilder out) {
        List<NodeSample> asked =
                found.nodes().stream().filter(node -> node.problem().isEmpty()).toList();
        long seconds = asked.stream().mapToLong(NodeSample::seconds).max().orElse(0);
        long sampled = found.impact().sampled();
        out.append('\n');
        if (sampled == 0) {
            out.append("No request was sampled: there was no traffic, or the nodes run with --sample-requests 0.\n");
        } else {
            String nodes = asked.size() == 1 ? "node " + asked.get(0).node() : asked.size() + " nodes";
            out.append("Of ")
                    .append(number(found.impact().requests()))
                    .append(found.impact().requests() < 1.5 ? " request to " : " requests to ")
                    .append(nodes);
            out.append(" in the last ").append(time(seconds));
            out.append(
                    found.impact().requests() > sampled + 0.5 ? ", by a sample of " + number(sampled) + ":\n" : ":\n");
        }
        found.nodes().stream().filter(node -> !node.problem().isEmpty()).forEach(node -> out.append(
                        Palette.WARN.paint(ansi, "without " + node.node()))
                .append(": ")
                .append(node.problem())
                .append('\n'));
    }

    private void group(ImpactGroup group, double all, StringBuilder out) {
        out.append('\n')
                .append(colour(group.kind()).paint(ansi, percent(group.affected(), all) + "  " + says(group.kind())));
        out.append(": ").append(number(group.affected()));
        out.append(group.affected() < group.requests() - 0.5 ? " of " + number(group.requests()) : "");
        out.append(group.requests() < 1.5 ? " request\n" : " requests\n");
        side("now", group.before(), out);
        side("then", group.after(), out);
        group.changes()
                .forEach(
                        change -> out.append(INDENT).append("  ").append(change).append('\n'));
        out.append(INDENT).append("such as  ").append(group.example().request()).append('\n');
        new TreeMap<>(group.example().headers()).forEach((name, value) -> out.append(INDENT)
                .append("         ")
                .append(Palette.DIM.paint(ansi, name + ": " + value))
                .append('\n'));
    }

    private void side(String when, ImpactGroup.Side side, StringBuilder out) {
        out.append(INDENT)
                .append(when)
                .append(" ".repeat(9 - when.length()))
                .append(side.says())
                .append('\n');
        side.routes().forEach(route -> out.append(INDENT)
                .append("         ")
                .append(Palette.DIM.paint(ansi, "by " + route))
                .append('\n'));
        if (side.moreRoutes() > 0) {
            out.append(INDENT).append("         and ").append(side.moreRoutes()).append(" more routes\n");
        }
    }

    private static String says(ImpactGroup.Kind kind) {
        return switch (kind) {
            case FAILS -> "would fail";
            case UNDECIDED -> "cannot be told";
            case REDIRECT -> "would be redirected otherwise";
            case ELSEWHERE -> "would go elsewhere";
            case ENDPOINTS -> "would go to other endpoints";
            case FILTERS -> "would be treated otherwise on their way";
            case MENDED -> "would fail no more";
            case ROUTE -> "would take another route to the same place";
        };
    }

    private static Palette colour(ImpactGroup.Kind kind) {
        return switch (kind) {
            case FAILS -> Palette.BAD;
            case UNDECIDED, REDIRECT, ELSEWHERE, ENDPOINTS, FILTERS -> Palette.WARN;
            case MENDED -> Palette.GOOD;
            case ROUTE -> Palette.STRONG;
        };
    }

    /** Six characters wide: {@code 12.5 %}. */
    private static String percent(double part, double all) {
        double share = all == 0 ? 0 : part * HUNDRED / all;
        String text = share > 0 && share < 0.1
                ? "<0.1 %"
                : share > 99.9 && share < 100
                        ? ">99 %"
                        : share == Math.rint(share) || share >= HUNDRED
                                ? Math.round(share) + " %"
                                : String.format(Locale.ROOT, "%.1f %%", share);
        return " ".repeat(Math.max(0, 6 - text.length())) + text;
    }

    private static String number(double value) {
        return value > 0 && value < 0.5 ? "less than one" : String.format(Locale.ROOT, "%,d", Math.round(value));
    }

    private static String time(long seconds) {
        if (seconds < 2 * SECONDS_A_MINUTE) {
            return Math.max(1, seconds) + (seconds <= 1 ? " second" : " seconds");
        }
        long minutes = Math.round((double) seconds / SECONDS_A_MINUTE);
        return minutes < 2 * MINUTES_AN_HOUR ? minutes + " minutes" : minutes / MINUTES_AN_HOUR + " hours";
    }
}
