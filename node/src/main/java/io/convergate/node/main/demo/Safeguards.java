package io.convergate.node.main.demo;

import io.convergate.node.admin.access.Role;
import io.convergate.node.admin.access.Tokens;
import io.convergate.node.main.certs.Authority;
import io.convergate.node.main.certs.PemFiles;
import io.convergate.node.main.client.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a demo protects its nodes with, made for one run and gone with its directory: an authority, a certificate for each node, a token
 * for an admin, a key for Secrets.
 *
 * @param authority the authority's certificate
 * @param token the file with the admin's token
 * @param credentials the same for a client in this process
 */
record Safeguards(Path directory, Path authority, Path token, Credentials credentials) {
    private static final Duration VALIDITY = Duration.ofDays(7);
    private static final int KEY_BYTES = 32;

    /** Makes them. The directory is readable by its owner only, as temporary ones are. */
    static Safeguards make(Path directory, List<Site> sites) throws IOException {
        Authority authority = Authority.create("convergate demo", VALIDITY);
        PemFiles.write(directory, "ca", authority.own());
        for (Site site : sites) {
            PemFiles.write(
                    directory,
                    site.name(),
                    authority.issue("CN=" + site.name(), Authority.Purpose.NODE, List.of(site.host()), VALIDITY));
        }
        Tokens.Made admin = Tokens.make("demo", Role.ADMIN, Optional.empty());
        Files.writeString(directory.resolve("tokens"), admin.line() + "\n");
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        PemFiles.writeSecret(
                directory.resolve("keys"), "demo " + Base64.getEncoder().encodeToString(key) + "\n");
        Path token = directory.resolve("admin.token");
        PemFiles.writeSecret(token, admin.token() + "\n");
        Path trusted = PemFiles.certificate(directory, "ca");
        return new Safeguards(
                directory,
                trusted,
                token,
                Credentials.read(
                        Optional.of(trusted),
                        Optional.empty(),
                        Optional.of(token),
                        Optional.empty(),
                        Optional.empty()));
    }

    /** What a node is told of them. */
    List<String> options(Site site) {
        Path certificate = PemFiles.certificate(directory, site.name());
        Path key = PemFiles.key(directory, site.name());
        return List.of(
                "--admin-cert=" + certificate,
                "--admin-key=" + key,
                "--admin-tokens=" + directory.resolve("tokens"),
                "--cluster-cert=" + certificate,
                "--cluster-key=" + key,
                "--cluster-ca=" + authority,
                "--encryption-key-file=" + directory.resolve("keys"));
    }
}
