package io.convergate.routing.tls;

import java.security.GeneralSecurityException;

/** Certificates or a key that cannot be used. Its message says what was found and what was expected, and shows nothing secret. */
public final class CredentialException extends GeneralSecurityException {
    private static final long serialVersionUID = 1L;

    CredentialException(String message) {
        super(message);
    }

    static CredentialException expected(String found, String rule) {
        return new CredentialException(found + " (expected: " + rule + ")");
    }
}
