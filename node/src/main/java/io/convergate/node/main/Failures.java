package io.convergate.node.main;

import io.convergate.config.StoreException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Says in one line why something failed. */
public final class Failures {
    private Failures() {}

    /** The first cause that is not a mere wrapper of a future. */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The message of {@code failure}, with its type where the message alone would say too little. */
    public static String describe(Throwable failure) {
        Throwable cause = unwrap(failure);
        String message = cause.getMessage();
        if ((cause instanceof CommandFailed || cause instanceof StoreException) && message != null) {
            return message;
        }
        String type = cause.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return type;
        }
        // An anonymous exception has no name worth showing.
        return type.isEmpty() ? message : type + ": " + message;
    }
}
