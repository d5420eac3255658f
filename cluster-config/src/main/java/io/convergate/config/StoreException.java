package io.convergate.config;

/** The store's directory cannot be used: not writable, in use by another process, or written by a newer version. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreException(String message) {
        super(message);
    }
}
