package io.convergate.routing.compile;

/** Secrets and ConfigMaps for tests: a certificate that nobody trusts, and what only looks like a key. */
final class TestCertificates {
    /** A certificate in PEM, in base64. */
    static final String CERTIFICATE = ""
            + "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJoRENDQVN1Z0F3SUJBZ0lVVWJZMjRVaUphMEROM3pSblhvMUh5MUZRb0sw"
            + "d0NnWUlLb1pJemowRUF3SXcKRnpFVk1CTUdBMVVFQXd3TWRHVnpkQzVsZUdGdGNHeGxNQ0FYRFRJMk1URXlOakEwTlRZeE9Gb1lE"
            + "ekl4TWpZeApNVEF5TURRMU5qRTRXakFYTVJVd0V3WURWUVFEREF4MFpYTjBMbVY0WVcxd2JHVXdXVEFUQmdjcWhrak9QUUlCCkJn"
            + "Z3Foa2pPUFFNQkJ3TkNBQVJVenlDWmRMNTlCa2o5TW5tbk1OY2RPQUNtUWd1cnlDbXM5cDZKQnpKaVJyYTIKYjMxWUhYK3ZnMVB3"
            + "ZG9aSzkwV0tuYVhobm1XQmYrak9FbUVpbWRHL28xTXdVVEFkQmdOVkhRNEVGZ1FVcGZlaAo2STlLZjR4QkhyMFFPME9VZ1piVG5D"
            + "c3dId1lEVlIwakJCZ3dGb0FVcGZlaDZJOUtmNHhCSHIwUU8wT1VnWmJUCm5Dc3dEd1lEVlIwVEFRSC9CQVV3QXdFQi96QUtCZ2dx"
            + "aGtqT1BRUURBZ05IQURCRUFpQTBMVlBpYTYrTmd3dHEKb3RVRmQ3MVNEMGJPM1k3ekdMMjBQRGd4RjIvekFBSWdDM05HZUVoVkVP"
            + "UUlpVE15b1R2STlmMzQ1ZllIb255TgpQWFk3MEtPS0VMOD0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";

    /** A text that has the form of a private key, in base64. */
    static final String KEY = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1BPT0KLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo=";

    private TestCertificates() {}

    static String secret(String namespace, String name) {
        return secret(namespace, name, "tls.crt: " + CERTIFICATE + ", tls.key: " + KEY);
    }

    static String secret(String namespace, String name, String data) {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: %s}
                data: {%s}
                ---
                """.formatted(name, namespace, data);
    }

    /** A ConfigMap with certificates of authorities. */
    static String authorities(String namespace, String name) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s, namespace: %s}
                binaryData: {ca.crt: %s}
                ---
                """.formatted(name, namespace, CERTIFICATE);
    }
}
