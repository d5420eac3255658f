package io.convergate.node.main;

import io.convergate.config.seal.Keyring;
import io.convergate.config.seal.Sealing;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.NamedFile;
import io.convergate.node.admin.SecretsKept;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How Secrets are kept.
 *
 * @param keys the file of keys they are sealed with; empty for none
 * @param kept what becomes of them
 */
record SecretsSettings(Optional<Path> keys, SecretsKept kept) {
    /** Sealed with the keys of a file, if there is one; else as they are if that is asked for; else not at all. */
    static SecretsSettings of(Optional<Path> keys, boolean unencrypted) {
        SecretsKept without = unencrypted ? SecretsKept.IN_CLEAR : SecretsKept.REFUSED;
        return new SecretsSettings(keys, keys.isPresent() ? SecretsKept.SEALED : without);
    }

    /**
     * Reads the keys.
     *
     * @throws IllegalArgumentException if they cannot be used
     */
    Sealing open(FileWatch watch) {
        return new Sealing(keys.map(path -> watch.add(Keyring.watch(NamedFile.secret("--encryption-key-file", path)))));
    }
}
