package io.convergate.config.seal;

import io.convergate.config.Content;
import io.convergate.routing.model.ResourceKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A content that is sealed: AES-256-GCM (NIST SP 800-38D), bound to its resource.
 *
 * <pre>
 * "SEAL", version 1, length of the key's name, the key's name, 12 bytes of nonce, ciphertext and 16 bytes of tag
 * </pre>
 *
 * The nonce is a keyed hash of resource and content, so equal contents of one resource have equal envelopes: two nodes that write the
 * same have written the same, and the name of a block tells nothing of what is in it to one who has no key. That much, that two
 * contents are equal, can be seen. Two different contents would have to meet in 96 bits to share a nonce.
 */
final class Envelope {
    private static final byte[] MAGIC = {'S', 'E', 'A', 'L', 1};
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** The most bytes by which an envelope is longer than what is in it. */
    static final int BYTES_ADDED_MAX = MAGIC.length + 1 + Keyring.NAME_BYTES_MAX + NONCE_BYTES + TAG_BITS / 8;

    private Envelope() {}

    /** Whether a content is sealed. What is not is JSON, which begins with a brace. */
    static boolean isSealed(Content content) {
        byte[] start = new byte[MAGIC.length];
        ByteBuffer bytes = content.asByteBuffer();
        if (bytes.remaining() < MAGIC.length + 1) {
            return false;
        }
        bytes.get(start);
        return Arrays.equals(start, MAGIC);
    }

    static Content seal(ResourceKey resource, Content content, Keyring.Key key) {
        byte[] header = header(key.name());
        byte[] bound = bound(header, resource);
        byte[] plain = content.toByteArray();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key.naming());
            mac.update(bound);
            byte[] nonce = Arrays.copyOf(mac.doFinal(plain), NONCE_BYTES);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key.sealing(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(bound);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(header);
            out.writeBytes(nonce);
            out.writeBytes(cipher.doFinal(plain));
            return Content.copyOf(out.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM", e);
        }
    }

    /** The name of the key that a content is sealed with. */
    static String keyOf(Content sealed) {
        ByteBuffer bytes = sealed.asByteBuffer().position(MAGIC.length);
        byte[] name = new byte[Math.min(bytes.get() & 0xFF, bytes.remaining())];
        bytes.get(name);
        return new String(name, StandardCharsets.US_ASCII);
    }

    /** What is in it; empty if it was sealed with another key, for another resource, or was damaged. */
    static Optional<Content> open(ResourceKey resource, Content sealed, Keyring.Key key) {
        byte[] header = header(key.name());
        byte[] all = sealed.toByteArray();
        int begin = header.length + NONCE_BYTES;
        if (all.length < begin || !Arrays.equals(header, Arrays.copyOf(all, header.length))) {
            return Optional.empty();
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    key.sealing(),
                    new GCMParameterSpec(TAG_BITS, all, header.length, NONCE_BYTES));
            cipher.updateAAD(bound(header, resource));
            return Optional.of(Content.copyOf(cipher.doFinal(all, begin, all.length - begin)));
        } catch (GeneralSecurityException notThisKey) {
            return Optional.empty();
        }
    }

    private static byte[] header(String name) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(MAGIC);
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        header.write(bytes.length);
        header.writeBytes(bytes);
        return header.toByteArray();
    }

    private static byte[] bound(byte[] header, ResourceKey resource) {
        ByteArrayOutputStream bound = new ByteArrayOutputStream();
        bound.writeBytes(header);
        bound.writeBytes(resource.toString().getBytes(StandardCharsets.UTF_8));
        bound.write(0);
        return bound.toByteArray();
    }
}
