package io.convergate.node.main.client;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/**
 * Rows in aligned columns, for people. Columns are as wide as their widest cell and two blanks apart; nothing is cut
 * off, and no line ends in blanks. Confined to one thread.
 */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<Cell>> rows = new ArrayList<>();

    /** A text and its colour. */
    public record Cell(String text, Palette colour) {
        /** A cell without a colour of its own. */
        public static Cell of(String text) {
            return new Cell(text, Palette.PLAIN);
        }
    }

    /** Adds a row of headings. */
    public TextTable heading(String... titles) {
        List<Cell> row = new ArrayList<>();
        for (String title : titles) {
            row.add(new Cell(title, Palette.DIM));
        }
        rows.add(row);
        return this;
    }

    /** Adds a row; rows may differ in length. */
    public TextTable row(Cell... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** Adds a row without colours. */
    public TextTable row(String... cells) {
        rows.add(List.of(cells).stream().map(Cell::of).toList());
        return this;
    }

    /** The table, each line ended by a line feed. */
    public String render(Ansi ansi) {
        List<Integer> widths = widths();
        StringBuilder out = new StringBuilder();
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            int blanks = 0;
            for (int column = 0; column < row.size(); column++) {
                Cell cell = row.get(column);
                if (!cell.text().isEmpty()) {
                    line.append(" ".repeat(blanks)).append(cell.colour().paint(ansi, cell.text()));
                    blanks = 0;
                }
                blanks += widths.get(column) - cell.text().length() + GAP.length();
            }
            out.append(line).append('\n');
        }
        return out.toString();
    }

    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        for (List<Cell> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                int length = row.get(column).text().length();
                if (column == widths.size()) {
                    widths.add(length);
                } else {
                    widths.set(column, Math.max(widths.get(column), length));
                }
            }
        }
        return widths;
    }
}
