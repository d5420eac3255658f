package io.convergate.loadgen.fleet;

/** Shutdown hooks that are taken back when what they guard is closed. */
public final class Hooks {
    private Hooks() {}

    /** Runs {@code task} when this process ends; for {@link #remove}. */
    public static Thread add(String name, Runnable task) {
        Thread hook = new Thread(task, name);
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    /** Takes a hook back; does nothing once hooks run. */
    public static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs, or has run.
        }
    }
}
