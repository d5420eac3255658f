package io.convergate.node.admin;

import java.util.ArrayList;
import java.util.List;

/**
 * What two texts have in common, line by line: a longest common subsequence. What is equal at both ends is taken off first;
 * a middle of more than {@link #CELLS_MAX} pairs of lines counts as different throughout, which bounds time and memory.
 */
final class LineDiff {
    static final int CELLS_MAX = 4_000_000;

    private static final int CONTEXT = 3;

    private LineDiff() {}

    /** Where a line stands. */
    enum Side {
        BEFORE('-'),
        AFTER('+'),
        BOTH(' ');

        private final char mark;

        Side(char mark) {
            this.mark = mark;
        }
    }

    /**
     * A line.
     *
     * @param before its number in the text before, from 0; -1 if it is not there
     */
    record Line(Side side, int before, String text) {}

    /** Both texts in one. */
    static List<Line> of(List<String> before, List<String> after) {
        int head = 0;
        while (head < before.size() && head < after.size() && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < before.size() - head
                && tail < after.size() - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < head; i++) {
            lines.add(new Line(Side.BOTH, i, before.get(i)));
        }
        middle(before.subList(head, before.size() - tail), after.subList(head, after.size() - tail), head, lines);
        for (int i = before.size() - tail; i < before.size(); i++) {
            lines.add(new Line(Side.BOTH, i, before.get(i)));
        }
        return lines;
    }

    private static void middle(List<String> before, List<String> after, int offset, List<Line> out) {
        boolean tooLong = (long) (before.size() + 1) * (after.size() + 1) > CELLS_MAX;
        int[][] common = tooLong ? new int[0][0] : table(before, after);
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (!tooLong
                    && i < before.size()
                    && j < after.size()
                    && before.get(i).equals(after.get(j))) {
                out.add(new Line(Side.BOTH, offset + i, before.get(i)));
                i++;
                j++;
            } else if (i < before.size() && (tooLong || j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                out.add(new Line(Side.BEFORE, offset + i, before.get(i)));
                i++;
            } else {
                out.add(new Line(Side.AFTER, -1, after.get(j)));
                j++;
            }
        }
    }

    private static int[][] table(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    /** The lines that differ, each with some that are equal around it; {@code ...} where equal lines are left out. */
    static String text(List<Line> lines) {
        StringBuilder out = new StringBuilder();
        int written = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (nearDifference(lines, i)) {
                if (written < i) {
                    out.append("...\n");
                }
                out.append(lines.get(i).side().mark).append(lines.get(i).text()).append('\n');
                written = i + 1;
            }
        }
        return out.toString();
    }

    private static boolean nearDifference(List<Line> lines, int at) {
        int from = Math.max(0, at - CONTEXT);
        int to = Math.min(lines.size(), at + CONTEXT + 1);
        return lines.subList(from, to).stream().anyMatch(line -> line.side() != Side.BOTH);
    }
}
