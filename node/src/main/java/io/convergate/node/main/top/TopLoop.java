package io.convergate.node.main.top;

import io.convergate.node.admin.api.VitalsReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.client.Palette;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Looks, draws and obeys keys, until one says quit. What is asked is asked on another thread, so that keys never wait. */
final class TopLoop {
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;
    private static final int BACKSPACE = 127;
    private static final int ESCAPE = 27;
    private static final int SCROLL = 5;
    private static final long POLL_MS = 100;
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Terminal terminal;
    private final BlockingQueue<Integer> keys;
    private final Supplier<VitalsReport> look;
    private final Duration interval;
    private final TopScreen screen = new TopScreen(Ansi.AUTO);
    private Shown shown;
    private boolean typing;
    private boolean held;
    private boolean over;
    private String note = "";
    private @Nullable TopView view;

    TopLoop(
            Terminal terminal,
            BlockingQueue<Integer> keys,
            Supplier<VitalsReport> look,
            Duration interval,
            Shown shown) {
        this.terminal = terminal;
        this.keys = keys;
        this.look = look;
        this.interval = interval;
        this.shown = shown;
    }

    /** Runs until somebody quits. */
    void run(VitalsReport first) throws InterruptedException {
        VitalsReport before = first;
        CompletableFuture<VitalsReport> asked = null;
        long next = System.nanoTime() + Math.min(interval.toNanos(), FIRST.toNanos());
        terminal.draw(List.of(Palette.STRONG.paint(Ansi.AUTO, "convergate top") + "  looking ..."));
        while (!over) {
            boolean news = take(keys.poll(POLL_MS, TimeUnit.MILLISECONDS));
            if (asked == null && !held && System.nanoTime() - next >= 0) {
                asked = CompletableFuture.supplyAsync(look);
                next = System.nanoTime() + interval.toNanos();
            }
            if (asked != null && asked.isDone()) {
                VitalsReport after = answer(asked);
                asked = null;
                news = true;
                if (after != null) {
                    view = TopView.between(before, after);
                    screen.seen(view);
                    before = after;
                }
            }
            if (news) {
                draw();
            }
        }
    }

    private @Nullable VitalsReport answer(CompletableFuture<VitalsReport> asked) {
        try {
            VitalsReport report = asked.join();
            note = "";
            return report;
        } catch (java.util.concurrent.CompletionException e) {
            note = e.getCause() instanceof CommandFailed failed
                    ? String.valueOf(failed.getMessage())
                    : String.valueOf(e.getCause());
            return null;
        }
    }

    /** Obeys a key, and those that come right behind it; whether there was one. */
    private boolean take(@Nullable Integer first) throws InterruptedException {
        Integer key = first;
        while (key != null) {
            if (key == -1 || key == CTRL_C || key == CTRL_D) {
                over = true;
            } else if (typing) {
                type(key);
            } else {
                obey(key);
            }
            key = keys.poll();
        }
        return first != null;
    }

    private void obey(int key) throws InterruptedException {
        switch (key) {
            case 'q', 'Q' -> over = true;
            case 's' -> shown = shown.by(shown.sort().step(1));
            case 'S' -> shown = shown.by(shown.sort().step(-1));
            case 'r' -> shown = shown.turned();
            case '/' -> {
                typing = true;
                shown = shown.with("");
            }
            case ' ' -> held = !held;
            case 'j' -> shown = shown.scrolled(SCROLL);
            case 'k' -> shown = shown.scrolled(-SCROLL);
            case ESCAPE -> escape();
            default -> {}
        }
    }

    /** An arrow is three bytes; an escape alone takes the filter away. */
    private void escape() throws InterruptedException {
        Integer bracket = keys.poll(POLL_MS / 4, TimeUnit.MILLISECONDS);
        Integer arrow = bracket == null ? null : keys.poll(POLL_MS / 4, TimeUnit.MILLISECONDS);
        if (bracket == null || arrow == null) {
            shown = shown.with("");
            return;
        }
        switch (arrow.intValue()) {
            case 'A' -> shown = shown.scrolled(-1);
            case 'B' -> shown = shown.scrolled(1);
            case 'C' -> shown = shown.by(shown.sort().step(1));
            case 'D' -> shown = shown.by(shown.sort().step(-1));
            default -> {}
        }
    }

    private void type(int key) {
        String text = shown.filter();
        if (key == '\r' || key == '\n') {
            typing = false;
        } else if (key == ESCAPE) {
            typing = false;
            shown = shown.with("");
        } else if (key == BACKSPACE || key == '\b') {
            shown = shown.with(text.isEmpty() ? "" : text.substring(0, text.length() - 1));
        } else if (key >= ' ' && key < BACKSPACE) {
            shown = shown.with(text + (char) key);
        }
    }

    private void draw() {
        TopView now = view;
        Terminal.Size size = Terminal.size().orElse(new Terminal.Size(80, 24));
        if (now == null) {
            if (!note.isEmpty()) {
                terminal.draw(List.of(Palette.BAD.paint(Ansi.AUTO, Figures.cut(note, size.width()))));
            }
            return;
        }
        List<String> lines = screen.lines(now, shown, Math.max(TopScreen.WIDTH_MIN, size.width()), size.height(), note);
        while (lines.size() < size.height() - 1) {
            lines.add("");
        }
        List<String> fitting = new java.util.ArrayList<>(lines.subList(0, Math.max(0, size.height() - 1)));
        fitting.add(foot(size.width()));
        terminal.draw(fitting);
    }

    private String foot(int width) {
        String text = typing
                ? "filter: " + shown.filter() + "_   (Enter keeps it, Esc takes it away)"
                : "q quit   s sort: " + shown.sort().word + (shown.reversed() ? " ↑" : " ↓") + "   r turn   / filter"
                        + (shown.filter().isEmpty() ? "" : ": " + shown.filter())
                        + "   ↑↓ scroll   space " + (held ? "go on (held)" : "hold");
        return Palette.DIM.paint(Ansi.AUTO, text.length() > width ? text.substring(0, width) : text);
    }
}
