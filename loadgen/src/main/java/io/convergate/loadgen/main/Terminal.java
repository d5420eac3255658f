package io.convergate.loadgen.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What standard error is connected to. */
final class Terminal {
    private Terminal() {}

    /** Whether a person sees standard error as it is written, so that lines may be drawn over. */
    static boolean isLive() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            // The console of newer JDKs is there without a terminal too, and is no help for standard error alone.
            Path device = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
            return device.startsWith("/dev/pts") || device.startsWith("/dev/tty") || device.startsWith("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return System.console() != null;
        }
    }
}
