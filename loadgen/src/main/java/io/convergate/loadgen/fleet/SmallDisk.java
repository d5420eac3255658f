package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of limited size, in memory, mounted for a node's data. Unmounted when closed, and when this process ends. */
final class SmallDisk implements AutoCloseable {
    private final Path path;
    private final Thread hook = Hooks.add("end-disk", this::unmount);

    private SmallDisk(Path path) {
        this.path = path;
    }

    /** Why this machine gives none. */
    static Optional<String> unusable() {
        try {
            mount(Files.createTempDirectory("convergate-disk"), 1 << 20).close();
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of("no file system can be mounted: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SmallDisk mount(Path path, long bytes) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.must("mount", "-t", "tmpfs", "-o", "size=" + bytes, "convergate", path.toString());
        return new SmallDisk(path);
    }

    private void unmount() {
        // Lazily: a process that is just being killed may have files open.
        Command.run("umount", "--lazy", path.toString());
    }

    @Override
    public void close() {
        Hooks.remove(hook);
        unmount();
    }
}
