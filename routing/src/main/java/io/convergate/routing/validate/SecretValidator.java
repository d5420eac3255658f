package io.convergate.routing.validate;

import io.convergate.routing.model.k8s.ConfigMap;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.tls.CredentialException;
import io.convergate.routing.tls.Pem;
import io.convergate.routing.tls.TlsCredential;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Kubernetes' rules for Secrets and ConfigMaps: ValidateSecret, ValidateConfigMap. Beyond those, a certificate and its key must
 * be readable and belong together. How large they may be is the rule for every document. No message shows a value.
 */
final class SecretValidator {
    private static final int KEY_CHARACTERS_MAX = 253;
    private static final Pattern PLAIN = Pattern.compile("[-_a-zA-Z0-9]+");
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");

    private SecretValidator() {}

    static void validate(Secret secret, Findings findings) {
        for (Map.Entry<String, String> entry : new TreeMap<>(secret.data()).entrySet()) {
            binary("data", entry.getKey(), entry.getValue(), findings);
        }
        if (secret.type().equals(Secret.TLS)) {
            tls(secret, findings);
        }
    }

    static void validate(ConfigMap map, Findings findings) {
        for (Map.Entry<String, String> entry : new TreeMap<>(map.data()).entrySet()) {
            key("data", entry.getKey(), findings);
            findings.conflict(
                    map.binaryData().containsKey(entry.getKey()),
                    path("binaryData", entry.getKey()),
                    entry.getKey() + " in data and in binaryData",
                    "each key once");
        }
        for (Map.Entry<String, String> entry : new TreeMap<>(map.binaryData()).entrySet()) {
            binary("binaryData", entry.getKey(), entry.getValue(), findings);
        }
    }

    private static void binary(String field, String key, String value, Findings findings) {
        key(field, key, findings);
        boolean readable = Secret.decode(value).isPresent();
        findings.require(readable, path(field, key), "no base64", "base64; plain text goes to stringData");
    }

    private static void key(String field, String key, Findings findings) {
        findings.require(
                KEY.matcher(key).matches()
                        && key.length() <= KEY_CHARACTERS_MAX
                        && !key.equals(".")
                        && !key.startsWith(".."),
                path(field, key),
                key,
                "letters, digits, '-', '_' and '.', at most " + KEY_CHARACTERS_MAX);
    }

    private static void tls(Secret secret, Findings findings) {
        for (String key : new String[] {Secret.TLS_CERTIFICATE, Secret.TLS_KEY}) {
            if (!secret.data().containsKey(key)) {
                findings.missing(path("data", key), key + " in a Secret of type " + Secret.TLS);
            }
        }
        Optional<byte[]> certificate = secret.value(Secret.TLS_CERTIFICATE);
        Optional<byte[]> key = secret.value(Secret.TLS_KEY);
        if (certificate.isEmpty() || key.isEmpty()) {
            return;
        }
        boolean readable = check(Secret.TLS_CERTIFICATE, findings, () -> Pem.certificates(certificate.get()))
                & check(Secret.TLS_KEY, findings, () -> Pem.privateKey(key.get()));
        if (readable) {
            check(Secret.TLS_KEY, findings, () -> TlsCredential.parse(certificate.get(), key.get()));
        }
    }

    private interface Reading {
        Object read() throws CredentialException;
    }

    private static boolean check(String key, Findings findings, Reading reading) {
        try {
            reading.read();
            return true;
        } catch (CredentialException e) {
            findings.unusable(path("data", key), String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static String path(String field, String key) {
        return PLAIN.matcher(key).matches() ? field + '.' + key : field + '[' + key + ']';
    }
}
