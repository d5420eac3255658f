package io.convergate.loadgen.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the current thread's timers exact where the system allows it. */
final class Timing {
    private Timing() {}

    /**
     * Linux lets timers of ordinary threads be 50 us late, so that wake-ups can be joined (prctl(2), PR_SET_TIMERSLACK). Asks for a
     * microsecond; without Linux, or if it is refused, nothing changes, and the lag that is measured says so.
     */
    static void sharpen() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), "1000");
        } catch (IOException | UnsupportedOperationException | SecurityException ignored) {
            // timers stay as they are
        }
    }
}
