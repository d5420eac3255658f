package io.convergate.config.tls;

/** A file that a node cannot work with. Its message names the option, the file, what was found and what was expected. */
public final class UnusableFileException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableFileException(String message) {
        super(message);
    }
}
