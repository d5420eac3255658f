package io.convergate.node.main.certs;

import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Writes certificates and keys as PEM files: NAME.crt, and NAME.key that only its owner can read. */
public final class PemFiles {
    private static final int COLUMNS = 64;

    private PemFiles() {}

    /** Where the certificate of that name is. */
    public static Path certificate(Path directory, String name) {
        return directory.resolve(name + ".crt");
    }

    /** Where the key of that name is. */
    public static Path key(Path directory, String name) {
        return directory.resolve(name + ".key");
    }

    /**
     * Writes both, each whole or not at all. A node that reads them again may see the new key beside the old certificate for a moment; it
     * keeps what it has until they fit.
     *
     * @throws IOException if one of them cannot be written
     */
    public static void write(Path directory, String name, TlsCredential credential) throws IOException {
        Files.createDirectories(directory);
        StringBuilder chain = new StringBuilder();
        for (X509Certificate certificate : credential.chain()) {
            try {
                chain.append(pem("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IOException("a certificate without an encoding", e);
            }
        }
        replace(key(directory, name), pem("PRIVATE KEY", credential.key().getEncoded()), ownerOnly());
        replace(certificate(directory, name), chain.toString());
    }

    /**
     * Writes a file that only its owner can read, whole or not at all.
     *
     * @throws IOException if it cannot be written
     */
    public static void writeSecret(Path file, String text) throws IOException {
        replace(file, text, ownerOnly());
    }

    private static String pem(String label, byte[] der) {
        Base64.Encoder encoder = Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'});
        return "-----BEGIN " + label + "-----\n" + encoder.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static void replace(Path target, String text, FileAttribute<?>... attributes) throws IOException {
        Path next = target.resolveSibling(target.getFileName() + ".part");
        Files.deleteIfExists(next);
        Files.createFile(next, attributes);
        Files.writeString(next, text, StandardCharsets.US_ASCII);
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
