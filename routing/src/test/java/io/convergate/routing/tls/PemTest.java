package io.convergate.routing.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys as openssl writes them; it wrote these files. */
public class PemTest {
    @ParameterizedTest
    @CsvSource({
        "rsa.crt, rsa.key, CN=rsa.example",
        "rsa.crt, rsa-pkcs1.key, CN=rsa.example",
        "ec.crt, ec.key, CN=ec.example",
        "ec.crt, ec-sec1.key, CN=ec.example",
        "ed25519.crt, ed25519.key, CN=ed25519.example"
    })
    void aKeyIsReadInEveryFormThatToolsWrite(String certificate, String key, String name) throws Exception {
        TlsCredential credential = TlsCredential.parse(file(certificate), file(key));

        assertThat(TlsCredential.name(credential.certificate())).isEqualTo(name);
        assertThat(credential.isExpired(Instant.now())).isFalse();
        assertThat(credential.toString()).isEqualTo("certificate of " + name);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, other.key, of another certificate",
        "rsa.crt, ec.key, of another certificate",
        "ec.crt, ed25519.key, of another certificate",
        "rsa.crt, encrypted.key, one without a pass phrase",
        "rsa.crt, encrypted-pkcs1.key, one without a pass phrase",
        "rsa.crt, rsa.crt, no private key",
        "rsa.key, rsa.key, no certificate"
    })
    void whatCannotBeUsedIsNamed(String certificate, String key, String expected) {
        assertThatThrownBy(() -> TlsCredential.parse(file(certificate), file(key)))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'-----BEGIN PRIVATE KEY-----\nMIGH', without an end",
        "'-----BEGIN PRIVATE KEY-----\n***\n-----END PRIVATE KEY-----', no base64",
        "'-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', cannot be read",
        "'-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----', cut off",
        "'-----BEGIN EC PRIVATE KEY-----\nMIGH\n-----END EC PRIVATE KEY-----', without its curve",
        "'-----BEGIN RSA PRIVATE KEY-----\nMIGH\n-----END RSA PRIVATE KEY-----', cannot be read"
    })
    void brokenKeysAreRefused(String text, String expected) {
        assertThatThrownBy(() -> Pem.privateKey(text.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void aChainKeepsItsOrder() throws Exception {
        String chain = new String(file("ec.crt"), StandardCharsets.US_ASCII)
                + "what people write between\n"
                + new String(file("rsa.crt"), StandardCharsets.US_ASCII);

        assertThat(Pem.certificates(chain.getBytes(StandardCharsets.US_ASCII)))
                .extracting(TlsCredential::name)
                .containsExactly("CN=ec.example", "CN=rsa.example");
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(PemTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
