package io.convergate.node.admin.access;

import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.UnusableFileException;
import io.convergate.config.tls.Watched;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bearer tokens, kept as hashes. A token has 256 random bits, so a plain SHA-256 tells nothing of it. A file has a line for each:
 *
 * <pre>
 * # name role hash [expires=time]
 * ci edit sha256:5d5a... expires=2027-01-01T00:00:00Z
 * </pre>
 *
 * Several lines may have one name, as while a token is exchanged for the next.
 */
public final class Tokens {
    /** The most tokens in a file. */
    static final int MAX = 1000;

    private static final String PREFIX = "cvg_";
    private static final int TOKEN_BYTES = 32;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern LINE =
            Pattern.compile("(\\S+)\\s+(\\S+)\\s+sha256:([0-9a-f]{64})(?:\\s+expires=(\\S+))?");

    private final List<Entry> entries;

    private Tokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    private record Entry(String name, Role role, byte[] hash, Optional<Instant> expires) {}

    /**
     * A token that was just made.
     *
     * @param token the token itself, which is in no file
     * @param line its line in the file
     */
    public record Made(String token, String line) {
        /** Without the token. */
        @Override
        public String toString() {
            return line;
        }
    }

    /**
     * Makes a token.
     *
     * @throws IllegalArgumentException if the name is none that a file can have
     */
    public static Made make(String name, Role role, Optional<Instant> expires) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name '" + name + "' (expected: letters, digits and . _ @ -, at most 64)");
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        String line = name + " " + role.word() + " sha256:" + HexFormat.of().formatHex(hash(token))
                + expires.map(time -> " expires=" + time).orElse("");
        return new Made(token, line);
    }

    /**
     * Reads a file of tokens, now and whenever it changes.
     *
     * @throws IllegalArgumentException if it cannot be used: the message says which line, what was found and what was expected
     */
    public static Watched<Tokens> watch(NamedFile file) {
        return Watched.of("tokens of the admin API", List.of(file), contents -> read(file, contents.get(0)));
    }

    private static Tokens read(NamedFile file, byte[] content) throws UnusableFileException {
        List<Entry> entries = new ArrayList<>();
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                entries.add(entry(file, i + 1, line));
            }
        }
        if (entries.size() > MAX) {
            throw file.unusable(entries.size() + " tokens", "at most " + MAX);
        }
        return new Tokens(entries);
    }

    /** A line is not shown: it may hold a token that somebody pasted there. */
    private static Entry entry(NamedFile file, int number, String line) throws UnusableFileException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw file.unusable(
                    "line " + number, "name, role, sha256: and 64 hexadecimal digits, as 'convergate token' writes it");
        }
        if (!NAME.matcher(parts.group(1)).matches()) {
            throw file.unusable("line " + number + ": name '" + parts.group(1) + "'", "letters, digits and . _ @ -");
        }
        Optional<Role> role = Role.of(parts.group(2));
        if (role.isEmpty()) {
            throw file.unusable("line " + number + ": role '" + parts.group(2) + "'", "view, edit or admin");
        }
        try {
            return new Entry(
                    parts.group(1),
                    role.get(),
                    HexFormat.of().parseHex(parts.group(3)),
                    Optional.ofNullable(parts.group(4)).map(Instant::parse));
        } catch (DateTimeException e) {
            throw file.unusable("line " + number + ": expires=" + parts.group(4), "such as 2027-01-01T00:00:00Z");
        }
    }

    /**
     * Whose token this is; empty if nobody's, or if it has expired. Takes the same time whatever the token is.
     *
     * @param now the time
     */
    Optional<Principal> owner(String token, Instant now) {
        byte[] hash = hash(token);
        Optional<Entry> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash(), hash)) {
                found = Optional.of(entry);
            }
        }
        return found.filter(entry -> entry.expires().map(now::isBefore).orElse(true))
                .map(entry -> new Principal(entry.name(), entry.role(), Principal.Proof.TOKEN));
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** How many there are, and whose. */
    @Override
    public String toString() {
        return entries.size() + " tokens: "
                + String.join(", ", entries.stream().map(Entry::name).distinct().toList());
    }
}
