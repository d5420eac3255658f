package io.convergate.loadgen.load;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash of bodies. */
final class Hashes {
    private Hashes() {}

    /** SHA-256, which every Java platform has. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
