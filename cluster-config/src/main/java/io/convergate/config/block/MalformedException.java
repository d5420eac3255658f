package io.convergate.config.block;

/** Bytes from a disk or another node are not what they should be. Whoever reads them drops them and says so. */
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
