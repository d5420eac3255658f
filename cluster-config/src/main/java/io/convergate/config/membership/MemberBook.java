package io.convergate.config.membership;

import io.convergate.config.Limits;
import io.convergate.config.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the last cluster that this node was part of, itself among them, on disk: a text file with an address a
 * line. A node that starts again looks for all of them, and forms a cluster only with a majority of them. Deleting the
 * file makes it forget them. Thread-safe.
 */
final class MemberBook {
    private static final Logger LOG = LoggerFactory.getLogger(MemberBook.class);

    private final Path file;
    private Set<NodeAddress> members;

    /**
     * Reads the book of a directory; it is empty if there is none.
     *
     * @throws StoreException if it cannot be read
     */
    MemberBook(Path directory) {
        this.file = directory.resolve("members");
        try {
            members = Files.exists(file) ? parse(Files.readString(file)) : Set.of();
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Set<NodeAddress> parse(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> NodeAddress.parse(line.strip(), 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The members. */
    synchronized Set<NodeAddress> members() {
        return Set.copyOf(members);
    }

    /** Replaces the members, on disk before this returns. A disk that fails is logged, and the old ones stay. */
    synchronized void replace(Collection<NodeAddress> present) {
        TreeSet<NodeAddress> next = new TreeSet<>(present);
        if (next.equals(members) || next.size() > Limits.MEMBERS_MAX) {
            return;
        }
        String text = next.stream().map(address -> address + "\n").collect(Collectors.joining());
        Path draft = file.resolveSibling("members.next");
        try (FileChannel out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            out.force(true);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            members = next;
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", file, e.getMessage());
        }
    }
}
