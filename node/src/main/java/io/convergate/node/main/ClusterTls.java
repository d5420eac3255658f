package io.convergate.node.main;

import io.convergate.config.tls.CredentialFiles;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.PeerTls;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The files for TLS between nodes.
 *
 * @param certificate this node's certificate and chain
 * @param key its key
 * @param authorities whose certificates are nodes'
 * @param addresses whether a certificate must name its node's address
 */
record ClusterTls(Path certificate, Path key, Path authorities, PeerTls.Addresses addresses) {
    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if they cannot be used
     */
    PeerTls open(FileWatch watch) {
        return PeerTls.open(
                new CredentialFiles(
                        NamedFile.open("--cluster-cert", certificate), NamedFile.secret("--cluster-key", key)),
                NamedFile.open("--cluster-ca", authorities),
                addresses,
                watch,
                InstantSource.system());
    }
}
