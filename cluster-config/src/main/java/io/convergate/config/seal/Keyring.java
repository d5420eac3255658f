package io.convergate.config.seal;

import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.UnusableFileException;
import io.convergate.config.tls.Watched;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that Secrets are sealed with, the same on all nodes. A file has a line for each: its name and 32 random bytes in base64.
 * The first is the one that is used; the others open what was sealed with them.
 *
 * <pre>
 * # name key
 * 2027 q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=
 * 2026 ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=
 * </pre>
 */
public final class Keyring {
    static final int KEYS_MAX = 100;
    static final int NAME_BYTES_MAX = 32;

    private static final int KEY_BYTES = 32;
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1," + NAME_BYTES_MAX + "})\\s+(\\S+)");

    private final Map<String, Key> keys;
    private final Key first;

    private Keyring(Map<String, Key> keys, Key first) {
        this.keys = Map.copyOf(keys);
        this.first = first;
    }

    /**
     * A key, of which two are made that nobody could make of each other.
     *
     * @param name its name
     * @param sealing what contents are encrypted with
     * @param naming what their nonces are made with
     */
    record Key(String name, SecretKeySpec sealing, SecretKeySpec naming) {
        static Key of(String name, byte[] bytes) {
            return new Key(
                    name,
                    new SecretKeySpec(derived(bytes, "convergate seal"), "AES"),
                    new SecretKeySpec(derived(bytes, "convergate nonce"), "HmacSHA256"));
        }

        private static byte[] derived(byte[] bytes, String purpose) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
                return mac.doFinal(purpose.getBytes(StandardCharsets.US_ASCII));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HmacSHA256", e);
            }
        }

        /** The name only. */
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Reads a file of keys, now and whenever it changes.
     *
     * @throws IllegalArgumentException if it cannot be used: the message says which line, what was found and what was expected
     */
    public static Watched<Keyring> watch(NamedFile file) {
        return Watched.of("keys of Secrets", List.of(file), contents -> read(file, contents.get(0)));
    }

    /** No line is shown. */
    private static Keyring read(NamedFile file, byte[] content) throws UnusableFileException {
        Map<String, Key> keys = new LinkedHashMap<>();
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.charAt(0) == '#') {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            Optional<byte[]> bytes = parts.matches() ? decoded(parts.group(2)) : Optional.empty();
            if (bytes.isEmpty()) {
                throw file.unusable(
                        "line " + (i + 1),
                        "a name, a blank, and " + KEY_BYTES + " bytes in base64, as of 'openssl rand -base64 32'");
            }
            if (keys.put(parts.group(1), Key.of(parts.group(1), bytes.get())) != null) {
                throw file.unusable("line " + (i + 1) + ": " + parts.group(1) + " again", "each name once");
            }
        }
        if (keys.isEmpty() || keys.size() > KEYS_MAX) {
            throw file.unusable(keys.size() + " keys", "1 to " + KEYS_MAX);
        }
        return new Keyring(keys, keys.values().iterator().next());
    }

    private static Optional<byte[]> decoded(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64)).filter(bytes -> bytes.length == KEY_BYTES);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** The key that is used from now on. */
    Key first() {
        return first;
    }

    /** The key of that name. */
    Optional<Key> named(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /** Their names. */
    @Override
    public String toString() {
        return keys.size() + " keys, " + first.name() + " in use";
    }
}
