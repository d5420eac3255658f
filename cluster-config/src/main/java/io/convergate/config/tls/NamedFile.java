package io.convergate.config.tls;

import io.convergate.routing.tls.Pem;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * A file that an option names. At most {@link Pem#BYTES_MAX} are read of it.
 *
 * @param option the option, for messages
 * @param path where it is
 * @param secrecy who may be able to read it
 */
public record NamedFile(String option, Path path, Secrecy secrecy) {
    /** Who may be able to read a file. */
    public enum Secrecy {
        /** Anybody. */
        PUBLIC,
        /** Its owner and its group: every user of the machine could take a key otherwise. */
        SECRET
    }

    /** A file that anybody may read. */
    public static NamedFile open(String option, Path path) {
        return new NamedFile(option, path, Secrecy.PUBLIC);
    }

    /** A file that must not be open to every user of the machine. */
    public static NamedFile secret(String option, Path path) {
        return new NamedFile(option, path, Secrecy.SECRET);
    }

    /**
     * What is in it.
     *
     * @throws UnusableFileException if it is not there, cannot be read, is too large, or is open to those it must not be open to
     */
    public byte[] read() throws UnusableFileException {
        try {
            if (!Files.exists(path)) {
                throw unusable("no such file", "a file");
            }
            if (!Files.isRegularFile(path)) {
                throw unusable("not a file", "a file");
            }
            long size = Files.size(path);
            if (size > Pem.BYTES_MAX) {
                throw unusable(size + " bytes", "at most " + Pem.BYTES_MAX);
            }
            checkPermissions();
            byte[] bytes = Files.readAllBytes(path);
            if (bytes.length == 0) {
                throw unusable("empty", "a file with something in it");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw unusable("no such file", "a file");
        } catch (IOException e) {
            throw unusable("cannot be read: " + e.getClass().getSimpleName(), "a file that this user may read");
        }
    }

    private void checkPermissions() throws IOException, UnusableFileException {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (secrecy == Secrecy.SECRET && permissions.contains(PosixFilePermission.OTHERS_READ)) {
            throw unusable("readable by every user of this machine", "chmod 600");
        }
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw unusable("writable by every user of this machine", "chmod 644 or less");
        }
    }

    /** That something is wrong with the file: what was found, and what was expected. */
    public UnusableFileException unusable(String found, String expected) {
        return unusable(found + " (expected: " + expected + ")");
    }

    /** That something is wrong with the file, in the words of whoever looked at its content. */
    public UnusableFileException unusable(String message) {
        return new UnusableFileException(option + " " + path + ": " + message);
    }
}
