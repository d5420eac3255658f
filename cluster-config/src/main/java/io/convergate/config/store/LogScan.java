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
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads a log from its start, as far as it is sound. */
final class LogScan {
    private static final int RECORD_BYTES_MAX = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 18;

    private LogScan() {}

    /**
     * Reads a log.
     *
     * @param replay gets every sound record before the first that is not
     * @return where the sound part ends
     * @throws StoreException if the file is no log of this version
     */
    static long soundBytes(Path file, Consumer<LogRecord> replay) throws IOException {
        long size = Files.size(file);
        long sound = StoreLog.MAGIC.length;
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                DataInputStream in = new DataInputStream(raw)) {
            if (!Arrays.equals(in.readNBytes(StoreLog.MAGIC.length), StoreLog.MAGIC)) {
                throw new StoreException(file + " is no configuration log of this version");
            }
            while (sound < size) {
                int length = in.readInt();
                if (length < 0 || length > RECORD_BYTES_MAX) {
                    return sound;
                }
                byte[] bytes = new byte[length];
                in.readFully(bytes);
                int checksum = in.readInt();
                if (checksum != StoreLog.checksum(bytes)) {
                    return sound;
                }
                replay.accept(LogRecord.read(new ByteReader(bytes)));
                sound += Integer.BYTES + length + Integer.BYTES;
            }
        } catch (EOFException e) {
            return sound;
        } catch (MalformedException e) {
            throw new StoreException(file + " holds what this version does not know: " + e.getMessage(), e);
        }
        return sound;
    }
}
