package io.convergate.node.main.top;

import java.util.Locale;

/** Numbers as a glance takes them in: never more digits than mean something. */
final class Figures {
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private Figures() {}

    /** Something a second. */
    static String rate(double perSecond) {
        if (perSecond == 0) {
            return "0";
        }
        if (perSecond < 0.1) {
            return "<0.1";
        }
        if (perSecond >= 999_999.5) {
            return String.format(Locale.ROOT, "%,.1fM", perSecond / 1e6);
        }
        return perSecond < 9.95
                ? String.format(Locale.ROOT, "%.1f", perSecond)
                : String.format(Locale.ROOT, "%,d", Math.round(perSecond));
    }

    /** Milliseconds; a dash for none. */
    static String millis(double millis) {
        if (millis == 0) {
            return "-";
        }
        if (millis < 0.995) {
            return String.format(Locale.ROOT, "%.2f", millis);
        }
        return millis < 9.95
                ? String.format(Locale.ROOT, "%.1f", millis)
                : String.format(Locale.ROOT, "%,d", Math.round(millis));
    }

    /** Percent. */
    static String percent(double percent) {
        if (percent == 0) {
            return "0";
        }
        return percent < 0.01 ? "<0.01" : String.format(Locale.ROOT, percent < 9.995 ? "%.2f" : "%.0f", percent);
    }

    /** Bytes, in MiB or GiB. */
    static String bytes(long bytes) {
        double mebi = bytes / 1048576.0;
        return mebi < 1024
                ? String.format(Locale.ROOT, "%.0fM", mebi)
                : String.format(Locale.ROOT, "%.1fG", mebi / 1024);
    }

    /** A curve of bars, the newest at the right, from nothing to the largest. */
    static String curve(double[] values) {
        double most = 0;
        for (double value : values) {
            most = Math.max(most, value);
        }
        StringBuilder curve = new StringBuilder();
        for (double value : values) {
            int height = most == 0 ? 0 : (int) Math.min(BARS.length() - 1, Math.floor(value / most * BARS.length()));
            curve.append(BARS.charAt(height));
        }
        return curve.toString();
    }

    /** Cut to so many characters, with an ellipsis in place of the middle. */
    static String cut(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int head = (width - 1) / 2;
        return width < 2
                ? text.substring(0, width)
                : text.substring(0, head) + '…' + text.substring(text.length() - (width - 1 - head));
    }
}
