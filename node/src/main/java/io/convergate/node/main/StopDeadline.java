package io.convergate.node.main;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a process that was told to stop and does not, whatever keeps it. Has all it needs from the start: what is not loaded by
 * then may be gone, where the program was replaced under the process.
 */
final class StopDeadline {
    private StopDeadline() {}

    /**
     * Halts the process with {@link ExitCode#FAILED}, and says so on standard error, if it is still there so long after it was told
     * to stop. On a daemon thread, which may be left behind.
     */
    static void watch(CountDownLatch told, Duration time) {
        String message = "convergate node: still there " + time.toSeconds()
                + " s after it was told to stop (expected: the time of all steps of a stop); halted";
        CountDownLatch never = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    try {
                        told.await();
                        if (!never.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                            System.err.println(message);
                            Runtime.getRuntime().halt(ExitCode.FAILED);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop-deadline");
        thread.setDaemon(true);
        thread.start();
    }
}
