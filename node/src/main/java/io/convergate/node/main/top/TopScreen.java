package io.convergate.node.main.top;

import io.convergate.node.main.client.Palette;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** Lays a view out in lines of a terminal. Confined to one thread; remembers the rates of the last minutes for the curve. */
final class TopScreen {
    /** What a screen needs at least; a smaller one is cut by the terminal, or has longer lines. */
    static final int WIDTH_MIN = 60;

    private static final int CURVE_MAX = 60;
    private static final int NAME_MIN = 14;
    private static final int REVISION_MIN = 8;
    private static final String GAP = "  ";
    private static final String TITLE = "convergate top";

    private final Ansi ansi;
    private final Deque<Double> rates = new ArrayDeque<>();

    TopScreen(Ansi ansi) {
        this.ansi = ansi;
    }

    /** A column: its heading, its width, and how dear it is: the dearest go first where there is no room. */
    private record Column(String heading, int width, int order) {}

    /**
     * A part of a line without columns.
     *
     * @param around what stands around its text, which is in place of the percent sign; empty for nothing
     * @param order how dear it is: the dearest go first where there is no room
     */
    private record Piece(String text, Palette colour, String around, int order) {
        int length() {
            return text.length() + Math.max(0, around.length() - 1);
        }

        String painted(Ansi ansi) {
            String painted = colour.paint(ansi, text);
            return around.isEmpty() ? painted : around.replace("%", painted);
        }
    }

    /** A text with a colour. */
    private record Cell(String text, Palette colour) {
        static Cell of(String text) {
            return new Cell(text, Palette.PLAIN);
        }
    }

    private static final List<Column> NODE_COLUMNS = List.of(
            new Column("STATE", 11, 1),
            new Column("REQ/S", 8, 1),
            new Column("P50", 6, 4),
            new Column("P90", 6, 5),
            new Column("P99", 7, 2),
            new Column("ERR %", 6, 1),
            new Column("RETRY/S", 7, 6),
            new Column("CONNS", 6, 3),
            new Column("LOOP", 6, 7),
            new Column("CPU", 5, 3),
            new Column("HEAP", 6, 8));

    private static final List<Column> ROUTE_COLUMNS = List.of(
            new Column("REQ/S", 8, 1),
            new Column("P50", 6, 4),
            new Column("P90", 6, 5),
            new Column("P99", 7, 2),
            new Column("4XX/S", 7, 6),
            new Column("ERR %", 6, 1),
            new Column("RETRY/S", 7, 7));

    /** Takes a new view into the curve. */
    void seen(TopView view) {
        rates.addLast(view.total().requests());
        if (rates.size() > CURVE_MAX) {
            rates.removeFirst();
        }
    }

    /**
     * All lines.
     *
     * @param height how many there may be
     * @param note what stands above the rest, such as why there is nothing new; empty for nothing
     */
    List<String> lines(TopView view, Shown shown, int width, int height, String note) {
        List<String> lines = new ArrayList<>();
        head(lines, view, width, note);
        lines.add("");
        nodes(lines, view, width);
        trouble(lines, view, width);
        lines.add("");
        routes(lines, view, shown, width, Math.max(1, height - lines.size() - 1));
        return lines;
    }

    private void head(List<String> lines, TopView view, int width, String note) {
        int known = view.nodes().size();
        boolean whole = view.serving() == known;
        String serving = view.serving() + " of " + known + (known == 1 ? " node serving" : " nodes serving");
        String live =
                view.convergenceMs() == 0 ? "" : "changes live in " + Figures.millis(view.convergenceMs()) + " ms";
        int room = width - TITLE.length() - serving.length() - live.length() - 3 * GAP.length() - "revision ".length();
        lines.add(joined(
                width,
                new Piece(TITLE, Palette.STRONG, "", 1),
                new Piece(serving, whole ? Palette.GOOD : Palette.WARN, "", 0),
                new Piece(Figures.cut(view.revision(), Math.max(REVISION_MIN, room)), Palette.DIM, "revision %", 3),
                new Piece(live, Palette.PLAIN, "", 2)));
        if (!note.isEmpty()) {
            lines.add(Palette.BAD.paint(ansi, Figures.cut(note, width)));
        }
        Traffic total = view.total();
        lines.add(joined(
                width,
                new Piece(Figures.rate(total.requests()), Palette.STRONG, "% req/s", 0),
                new Piece(Figures.millis(total.p50()), Palette.STRONG, "p50 %", 3),
                new Piece(Figures.millis(total.p90()), Palette.STRONG, "p90 %", 5),
                new Piece(Figures.millis(total.p99()), Palette.STRONG, "p99 % ms", 2),
                new Piece(
                        Figures.percent(total.errorPercent()) + " %",
                        errors(total).colour(),
                        "errors %",
                        1),
                new Piece(Figures.rate(total.retries()), Palette.PLAIN, "retries %/s", 4)));
        if (rates.size() > 1) {
            int shownRates = Math.min(rates.size(), Math.max(1, width - 12));
            double[] last = rates.stream()
                    .skip(rates.size() - shownRates)
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            double most = rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
            lines.add(Palette.GOOD.paint(ansi, Figures.curve(last))
                    + GAP
                    + Palette.DIM.paint(ansi, "max " + Figures.rate(most)));
        }
    }

    /** The pieces there is room for, in their order. */
    private String joined(int width, Piece... pieces) {
        List<Piece> left = new ArrayList<>();
        for (Piece piece : pieces) {
            if (!piece.text().isEmpty()) {
                left.add(piece);
            }
        }
        while (left.size() > 1 && length(left) > width) {
            left.remove(left.stream().max(Comparator.comparingInt(Piece::order)).orElseThrow());
        }
        return left.stream().map(piece -> piece.painted(ansi)).collect(Collectors.joining(GAP));
    }

    private static int length(List<Piece> pieces) {
        return pieces.stream().mapToInt(Piece::length).sum() + (pieces.size() - 1) * GAP.length();
    }

    private void nodes(List<String> lines, TopView view, int width) {
        int longest =
                view.nodes().stream().mapToInt(row -> row.node().length()).max().orElse(0);
        List<Column> columns = fitting(NODE_COLUMNS, width, Math.max(NAME_MIN, Math.min(longest, 30)));
        int name = nameWidth(columns, width, longest);
        lines.add(heading("NODE", name, columns, ""));
        view.nodes().stream()
                .sorted(Comparator.comparing(TopView.NodeRow::node))
                .forEach(row -> lines.add(line(row.node(), name, columns, cells(row), row.trouble(), width)));
    }

    private static List<Cell> cells(TopView.NodeRow row) {
        Cell state = new Cell(
                row.answered() ? row.state() : "unreachable",
                !row.answered() ? Palette.BAD : row.state().equals("serving") ? Palette.GOOD : Palette.WARN);
        if (!row.answered()) {
            return List.of(state);
        }
        Traffic traffic = row.traffic();
        return List.of(
                state,
                Cell.of(Figures.rate(traffic.requests())),
                Cell.of(Figures.millis(traffic.p50())),
                Cell.of(Figures.millis(traffic.p90())),
                Cell.of(Figures.millis(traffic.p99())),
                errors(traffic),
                Cell.of(Figures.rate(traffic.retries())),
                Cell.of(String.format(java.util.Locale.ROOT, "%,d", row.connections())),
                new Cell(Figures.millis(row.loopDelayMs()), row.loopDelayMs() > 20 ? Palette.WARN : Palette.PLAIN),
                Cell.of(String.format(java.util.Locale.ROOT, "%.2f", row.cores())),
                Cell.of(Figures.bytes(row.heapBytes())));
    }

    private static Cell errors(Traffic traffic) {
        double percent = traffic.errorPercent();
        return new Cell(
                Figures.percent(percent), percent == 0 ? Palette.PLAIN : percent < 1 ? Palette.WARN : Palette.BAD);
    }

    private void trouble(List<String> lines, TopView view, int width) {
        for (TopView.BreakerRow breaker : view.breakers()) {
            lines.add(Palette.BAD.paint(ansi, "breaker " + breaker.state())
                    + GAP
                    + Figures.cut(breaker.name() + " on " + breaker.node() + GAP + breaker.reason(), width - 20));
        }
        for (TopView.LimitRow limit : view.limits()) {
            String exhausted = "limit exhausted";
            String rates = GAP + Figures.rate(limit.refused()) + "/s refused" + GAP + Figures.rate(limit.allowed())
                    + "/s let pass";
            lines.add(Palette.WARN.paint(ansi, exhausted)
                    + GAP
                    + Figures.cut(limit.policy(), width - exhausted.length() - GAP.length() - rates.length())
                    + rates);
        }
        if (view.breakers().isEmpty() && view.limits().isEmpty()) {
            lines.add(Palette.DIM.paint(ansi, "no breaker open, no limit exhausted"));
        }
    }

    private void routes(List<String> lines, TopView view, Shown shown, int width, int rows) {
        List<TopView.RouteRow> routes = shown.routes(view);
        int longest = routes.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        List<Column> columns = fitting(ROUTE_COLUMNS, width, Math.max(NAME_MIN, Math.min(longest, 40)));
        int name = nameWidth(columns, width, longest);
        String sorted = shown.sort().word.toUpperCase(java.util.Locale.ROOT);
        lines.add(heading("ROUTE", name, columns, sorted));
        int room = rows - 1;
        int from = Math.min(shown.from(), Math.max(0, routes.size() - 1));
        List<TopView.RouteRow> seen = routes.stream()
                .skip(from)
                .limit(routes.size() - from > room ? room - 1L : room)
                .toList();
        seen.forEach(row -> lines.add(line(row.name(), name, columns, cells(row.traffic()), "", width)));
        int hidden = routes.size() - from - seen.size();
        if (routes.isEmpty()) {
            lines.add(Palette.DIM.paint(
                    ansi,
                    shown.filter().isEmpty()
                            ? "no requests yet"
                            : "no route has '" + shown.filter() + "' in its name"));
        } else if (hidden > 0 || view.routesLeftOut() > 0) {
            lines.add(Palette.DIM.paint(ansi, "... and " + (hidden + view.routesLeftOut()) + " more"));
        }
    }

    private static List<Cell> cells(Traffic traffic) {
        return List.of(
                Cell.of(Figures.rate(traffic.requests())),
                Cell.of(Figures.millis(traffic.p50())),
                Cell.of(Figures.millis(traffic.p90())),
                Cell.of(Figures.millis(traffic.p99())),
                Cell.of(Figures.rate(traffic.refused())),
                errors(traffic),
                Cell.of(Figures.rate(traffic.retries())));
    }

    /** The columns there is room for beside a name, in their order; the others are null in place of themselves. */
    private static List<Column> fitting(List<Column> all, int width, int name) {
        List<Column> left = new ArrayList<>(all);
        while (width(left) + name > width && left.stream().anyMatch(column -> column.width() > 0)) {
            int dearest = 0;
            for (int i = 0; i < left.size(); i++) {
                if (left.get(i).width() > 0
                        && (left.get(dearest).width() == 0
                                || left.get(i).order() > left.get(dearest).order())) {
                    dearest = i;
                }
            }
            left.set(dearest, new Column("", 0, 0));
        }
        return left;
    }

    private static int width(List<Column> columns) {
        return columns.stream()
                .filter(column -> column.width() > 0)
                .mapToInt(column -> column.width() + GAP.length())
                .sum();
    }

    private static int nameWidth(List<Column> columns, int width, int longest) {
        return Math.max(NAME_MIN, Math.min(longest, width - width(columns)));
    }

    private String heading(String first, int name, List<Column> columns, String sorted) {
        StringBuilder line = new StringBuilder(pad(first, name, sorted.equals("NAME") ? Palette.STRONG : Palette.DIM));
        for (Column column : columns) {
            if (column.width() > 0) {
                boolean here = !sorted.isEmpty()
                        && (column.heading().equals(sorted)
                                || column.heading().startsWith("ERR") && sorted.equals("ERRORS")
                                || column.heading().startsWith("RETRY") && sorted.equals("RETRIES"));
                append(line, column, new Cell(column.heading(), here ? Palette.STRONG : Palette.DIM));
            }
        }
        return line.toString();
    }

    private String line(String first, int name, List<Column> columns, List<Cell> cells, String note, int width) {
        StringBuilder line = new StringBuilder(pad(Figures.cut(first, name), name, Palette.PLAIN));
        int length = name;
        for (int i = 0; i < columns.size() && i < cells.size(); i++) {
            if (columns.get(i).width() > 0) {
                append(line, columns.get(i), cells.get(i));
                length += columns.get(i).width() + GAP.length();
            }
        }
        if (!note.isEmpty() && width - length > 10) {
            line.append(GAP).append(Palette.WARN.paint(ansi, Figures.cut(note, width - length - GAP.length())));
        }
        return line.toString();
    }

    /** Words to the left, numbers to the right. */
    private void append(StringBuilder line, Column column, Cell cell) {
        String blanks = " ".repeat(Math.max(0, column.width() - cell.text().length()));
        String text = cell.colour().paint(ansi, cell.text());
        line.append(GAP).append(column.heading().equals("STATE") ? text + blanks : blanks + text);
    }

    private String pad(String text, int width, Palette colour) {
        return colour.paint(ansi, text) + " ".repeat(Math.max(0, width - text.length()));
    }
}
