package io.convergate.config;

import java.time.Instant;

/**
 * A change that was made.
 *
 * @param writer the store directory that made it
 * @param counter which of its changes it is, from 1 up
 * @param time when, by the clock of the node that took it
 * @param author who asked for it; may be empty
 * @param message why; may be empty
 * @param origin where it came in
 * @param revision the configuration right after it
 */
public record PastChange(
        WriterId writer, long counter, Instant time, String author, String message, Origin origin, Revision revision) {
    /** Its short name, {@code writer.counter}. */
    public String id() {
        return writer + "." + counter;
    }
}
