package io.convergate.routing.tls;

import java.io.ByteArrayOutputStream;

/**
 * Puts older forms of private keys into PKCS#8 (RFC 5208), the one form that the JDK reads: PKCS#1 of RSA (RFC 8017, A.1.2)
 * and SEC 1 of elliptic curves (RFC 5915). What is within is not looked at but for the curve.
 */
final class Pkcs8 {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};

    /** AlgorithmIdentifier of rsaEncryption: 1.2.840.113549.1.1.1, NULL. */
    private static final byte[] RSA = {
        SEQUENCE, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
    };

    /** The object identifier id-ecPublicKey: 1.2.840.10045.2.1. */
    private static final byte[] EC_PUBLIC_KEY = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private Pkcs8() {}

    static byte[] ofRsa(byte[] pkcs1) {
        return element(SEQUENCE, VERSION_0, RSA, element(OCTET_STRING, pkcs1));
    }

    /** @throws CredentialException if the key does not name its curve */
    static byte[] ofEllipticCurve(byte[] sec1) throws CredentialException {
        byte[] curve = curve(sec1);
        return element(SEQUENCE, VERSION_0, element(SEQUENCE, EC_PUBLIC_KEY, curve), element(OCTET_STRING, sec1));
    }

    /** The parameters: element [0] of {@code SEQUENCE {INTEGER 1, OCTET STRING, [0] parameters, [1] publicKey}}. */
    private static byte[] curve(byte[] sec1) throws CredentialException {
        int at = header(sec1, 0);
        while (at + 1 < sec1.length) {
            int content = header(sec1, at);
            int end = content + length(sec1, at);
            if (end > sec1.length || end < content) {
                break;
            }
            if ((sec1[at] & 0xFF) == PARAMETERS) {
                byte[] curve = new byte[end - content];
                System.arraycopy(sec1, content, curve, 0, curve.length);
                return curve;
            }
            at = end;
        }
        throw CredentialException.expected("an EC PRIVATE KEY without its curve", "a key in PKCS#8");
    }

    /** Where the content of the element at {@code at} begins. */
    private static int header(byte[] der, int at) throws CredentialException {
        if (at + 1 >= der.length) {
            throw CredentialException.expected("an EC PRIVATE KEY that is cut off", "DER");
        }
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    private static int length(byte[] der, int at) throws CredentialException {
        int content = header(der, at);
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        if (first > 0x83 || content > der.length) {
            throw CredentialException.expected("an EC PRIVATE KEY of an odd length", "DER");
        }
        int length = 0;
        for (int i = at + 2; i < content; i++) {
            length = length << 8 | der[i] & 0xFF;
        }
        return length;
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
