package io.convergate.node.main.top;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A terminal with the screen to ourselves, keys one by one and no cursor, lines cut at its edge, until it is closed, or the process ends in whatever way
 * it can still notice. Where there is none, {@link #open} says so.
 */
final class Terminal implements AutoCloseable {
    private static final String DEVICE = "/dev/tty";
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
    private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
    private static final long COMMAND_S = 2;

    private final PrintStream out;
    private final String before;
    private final InputStream keys;
    private final Thread restore;
    private volatile boolean closed;

    private Terminal(PrintStream out, String before, InputStream keys) {
        this.out = out;
        this.before = before;
        this.keys = keys;
        this.restore = new Thread(this::restore, "terminal-restore");
    }

    /** The size of a terminal. */
    record Size(int width, int height) {}

    /**
     * Takes the terminal over; empty if standard output is none, or there is no way to ask it.
     *
     * @param key called with each byte that is typed, on a thread of its own
     */
    static Optional<Terminal> open(PrintStream out, IntConsumer key) {
        if ("dumb".equals(System.getenv("TERM")) || !isTerminal()) {
            return Optional.empty();
        }
        String before = ask("stty -g");
        if (before == null || size().isEmpty()) {
            return Optional.empty();
        }
        try {
            Terminal terminal = new Terminal(out, before, new FileInputStream(DEVICE));
            Runtime.getRuntime().addShutdownHook(terminal.restore);
            ask("stty -icanon -echo -isig min 1 time 0");
            out.print(ENTER);
            out.flush();
            terminal.listen(key);
            return Optional.of(terminal);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void listen(IntConsumer key) {
        Thread listener = new Thread(
                () -> {
                    try {
                        for (int typed = keys.read(); typed >= 0 && !closed; typed = keys.read()) {
                            key.accept(typed);
                        }
                    } catch (IOException e) {
                        // The terminal is gone: there is nobody to type.
                    }
                    key.accept(-1);
                },
                "terminal-keys");
        listener.setDaemon(true);
        listener.start();
    }

    /** Whether standard output is a terminal; a child that has it too can tell. */
    private static boolean isTerminal() {
        try {
            Process test = new ProcessBuilder("test", "-t", "1")
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor(COMMAND_S, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How large it is now; empty if it does not say. */
    static Optional<Size> size() {
        String answer = ask("stty size");
        if (answer == null || !answer.matches("\\d{1,5} \\d{1,5}")) {
            return Optional.empty();
        }
        String[] numbers = answer.split(" ");
        Size size = new Size(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
        return size.width() == 0 || size.height() == 0 ? Optional.of(new Size(80, 24)) : Optional.of(size);
    }

    /**
     * How wide lines for standard output may be: what {@code COLUMNS} says, else the terminal.
     *
     * @param columns the variable's value; empty if there is none
     * @param elsewhere what holds if it is no terminal
     */
    static int width(String columns, int elsewhere) {
        if (columns.matches("[1-9]\\d{0,4}")) {
            return Integer.parseInt(columns);
        }
        return isTerminal() ? size().map(Size::width).orElse(80) : elsewhere;
    }

    private static @Nullable String ask(String command) {
        try {
            Process stty = new ProcessBuilder("sh", "-c", command + " < " + DEVICE)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(COMMAND_S, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return null;
            }
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return stty.exitValue() == 0 ? answer : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Puts these lines in place of what is there, without flicker. */
    void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder("\033[H");
        for (int i = 0; i < lines.size(); i++) {
            frame.append(lines.get(i)).append("\033[K").append(i < lines.size() - 1 ? "\r\n" : "");
        }
        out.print(frame.append("\033[J"));
        out.flush();
    }

    private void restore() {
        if (!closed) {
            closed = true;
            out.print(LEAVE);
            out.flush();
            ask("stty " + before);
        }
    }

    @Override
    public void close() {
        restore();
        Runtime.getRuntime().removeShutdownHook(restore);
    }
}
