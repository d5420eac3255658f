package io.convergate.node.main.client;

import picocli.CommandLine.Help.Ansi;

/** Colours for a terminal, and none for a pipe or where {@code NO_COLOR} is set. */
public enum Palette {
    PLAIN(""),
    STRONG("bold"),
    DIM("faint"),
    GOOD("green"),
    WARN("yellow"),
    BAD("red");

    private final String style;

    Palette(String style) {
        this.style = style;
    }

    /** {@code text} in this colour, where {@code ansi} wants colours. */
    public String paint(Ansi ansi, String text) {
        if (!ansi.enabled() || style.isEmpty() || text.isEmpty()) {
            return text;
        }
        Ansi.IStyle[] styles = Ansi.Style.parse(style);
        return Ansi.Style.on(styles) + text + Ansi.Style.off(styles);
    }
}
