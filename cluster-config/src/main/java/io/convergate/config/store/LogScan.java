package io.convergate.config.store;

import io.convergate.config.StoreException;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.MalformedException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads the sound records of a log. */
final class LogScan {
    private static final int RECORD_BYTES_MAX = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 18;

    private LogScan() {}

    /**
     * What was found.
     *
     * @param soundEnd where the last sound record ends
     * @param holes whether records before that are damaged
     */
    record Found(long soundEnd, boolean holes) {}

    /**
     * Reads a log. A record whose checksum is wrong is passed over, by the length that it says it has; what follows it is
     * sound or not by its own checksum.
     *
     * @param replay gets every sound record
     * @throws StoreException if the file holds records that this version does not know
     */
    static Found read(Path file, Consumer<LogRecord> replay) throws IOException {
        long at = StoreLog.MAGIC.length;
        long soundEnd = at;
        boolean damaged = false;
        boolean holes = false;
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                DataInputStream in = new DataInputStream(raw)) {
            in.readNBytes(StoreLog.MAGIC.length);
            while (true) {
                int length = in.readInt();
                if (length < 0 || length > RECORD_BYTES_MAX) {
                    return new Found(soundEnd, holes);
                }
                byte[] bytes = new byte[length];
                in.readFully(bytes);
                boolean sound = in.readInt() == StoreLog.checksum(bytes);
                at += Integer.BYTES + length + Integer.BYTES;
                if (sound) {
                    replay.accept(LogRecord.read(new ByteReader(bytes)));
                    soundEnd = at;
                    holes = damaged;
                }
                damaged = damaged || !sound;
            }
        } catch (EOFException e) {
            return new Found(soundEnd, holes);
        } catch (MalformedException e) {
            throw new StoreException(file + " holds what this version does not know: " + e.getMessage(), e);
        }
    }
}
