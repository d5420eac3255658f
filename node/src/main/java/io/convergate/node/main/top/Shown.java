package io.convergate.node.main.top;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What of a view is to be seen, and in which order.
 *
 * @param sort the column by which routes are sorted
 * @param reversed whether the other way round: names from the end, numbers from the smallest
 * @param filter routes whose name has this in it, whatever the case; empty for all
 * @param from how many routes are passed over
 */
record Shown(Column sort, boolean reversed, String filter, int from) {
    /** Everything, the busiest first. */
    static final Shown DEFAULT = new Shown(Column.REQUESTS, false, "", 0);

    /** What can be sorted by. */
    enum Column {
        NAME("name", null),
        REQUESTS("req/s", Traffic::requests),
        P50("p50", Traffic::p50),
        P90("p90", Traffic::p90),
        P99("p99", Traffic::p99),
        ERRORS("errors", Traffic::errorPercent),
        REFUSED("4xx/s", Traffic::refused),
        RETRIES("retries", Traffic::retries);

        final String word;
        private final @Nullable ToDoubleFunction<Traffic> value;

        Column(String word, @Nullable ToDoubleFunction<Traffic> value) {
            this.word = word;
            this.value = value;
        }

        Column step(int by) {
            Column[] all = values();
            return all[Math.floorMod(ordinal() + by, all.length)];
        }

        double of(Traffic traffic) {
            return value == null ? 0 : value.applyAsDouble(traffic);
        }
    }

    /**
     * What a user asks for on the command line.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    static Shown of(String sort, String filter) {
        boolean reversed = sort.startsWith("-");
        String word = reversed ? sort.substring(1) : sort;
        for (Column column : Column.values()) {
            if (column.word.equalsIgnoreCase(word)) {
                return new Shown(column, reversed, filter, 0);
            }
        }
        throw new IllegalArgumentException("--sort " + sort + " (expected: "
                + String.join(
                        ", ",
                        List.of(Column.values()).stream()
                                .map(column -> column.word)
                                .toList())
                + ", with a - in front for the other way round)");
    }

    Shown by(Column column) {
        return new Shown(column, reversed, filter, 0);
    }

    Shown turned() {
        return new Shown(sort, !reversed, filter, 0);
    }

    Shown with(String newFilter) {
        return new Shown(sort, reversed, newFilter, 0);
    }

    Shown scrolled(int by) {
        return new Shown(sort, reversed, filter, Math.max(0, from + by));
    }

    /** The routes to be seen, in their order. */
    List<TopView.RouteRow> routes(TopView view) {
        String wanted = filter.toLowerCase(Locale.ROOT);
        return view.routes().stream()
                .filter(row -> row.name().toLowerCase(Locale.ROOT).contains(wanted))
                .sorted(order())
                .toList();
    }

    private Comparator<TopView.RouteRow> order() {
        Comparator<TopView.RouteRow> byName = Comparator.comparing(TopView.RouteRow::name);
        Comparator<TopView.RouteRow> order = sort == Column.NAME
                ? byName
                : Comparator.comparingDouble((TopView.RouteRow row) -> sort.of(row.traffic()))
                        .reversed()
                        .thenComparing(byName);
        return reversed ? order.reversed() : order;
    }
}
