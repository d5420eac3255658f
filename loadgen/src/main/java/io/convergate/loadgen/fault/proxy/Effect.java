package io.convergate.loadgen.fault.proxy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a toxic does, with Toxiproxy's names, units and meanings of attributes; missing ones are 0. {@link Loss} is our own.
 */
public sealed interface Effect {
    /** The value of {@code type} in the API. */
    String type();

    /** What it does to one direction of one connection. */
    Shaper shaper(Random random);

    /** Everything comes {@code latency} later, more or less {@code jitter}; both in milliseconds. */
    record Latency(long latency, long jitter) implements Effect {
        public Latency {
            require("latency", latency, 0, 600_000);
            require("jitter", jitter, 0, 600_000);
        }

        @Override
        public String type() {
            return "latency";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                @Override
                public void pass(Piece piece, Consumer<Piece> next) {
                    long ms = latency + (jitter == 0 ? 0 : Math.floorMod(random.nextLong(), 2 * jitter + 1) - jitter);
                    next.accept(piece.later(TimeUnit.MILLISECONDS.toNanos(Math.max(0, ms))));
                }
            };
        }
    }

    /** No more than {@code rate} KiB a second. */
    record Bandwidth(long rate) implements Effect {
        public Bandwidth {
            require("rate", rate, 1, 100_000_000);
        }

        @Override
        public String type() {
            return "bandwidth";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Pacing(rate);
        }
    }

    /** The end of a stream is told {@code delay} milliseconds later. */
    record SlowClose(long delay) implements Effect {
        public SlowClose {
            require("delay", delay, 0, 600_000);
        }

        @Override
        public String type() {
            return "slow_close";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                @Override
                public void pass(Piece piece, Consumer<Piece> next) {
                    next.accept(piece.bytes() == null ? piece.later(TimeUnit.MILLISECONDS.toNanos(delay)) : piece);
                }
            };
        }
    }

    /** Nothing passes, and the connection ends after {@code timeout} milliseconds; with 0 it waits until the toxic is removed. */
    record Timeout(long timeout) implements Effect {
        public Timeout {
            require("timeout", timeout, 0, 600_000);
        }

        @Override
        public String type() {
            return "timeout";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                @Override
                public Optional<Ending> ending() {
                    return Optional.of(new Ending(timeout == 0 ? -1 : timeout, false));
                }
            };
        }
    }

    /** Nothing passes, and both sides see a reset after {@code timeout} milliseconds. */
    record ResetPeer(long timeout) implements Effect {
        public ResetPeer {
            require("timeout", timeout, 0, 600_000);
        }

        @Override
        public String type() {
            return "reset_peer";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                @Override
                public Optional<Ending> ending() {
                    return Optional.of(new Ending(timeout, true));
                }
            };
        }
    }

    /** Data comes in pieces of {@code average_size} bytes, more or less {@code size_variation}, {@code delay} microseconds apart. */
    record Slicer(
            @JsonProperty("average_size") long averageSize,
            @JsonProperty("size_variation") long sizeVariation,
            long delay)
            implements Effect {
        public Slicer {
            require("average_size", averageSize, 1, 1 << 30);
            require("size_variation", sizeVariation, 0, averageSize);
            require("delay", delay, 0, 600_000_000);
        }

        @Override
        public String type() {
            return "slicer";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                @Override
                public void pass(Piece piece, Consumer<Piece> next) {
                    ByteBuf bytes = piece.bytes();
                    Piece rest = piece;
                    while (bytes != null && bytes.readableBytes() > 0) {
                        long off = sizeVariation == 0
                                ? 0
                                : Math.floorMod(random.nextLong(), 2 * sizeVariation + 1) - sizeVariation;
                        int size = (int) Math.min(bytes.readableBytes(), Math.max(1, averageSize + off));
                        next.accept(new Piece(bytes.readRetainedSlice(size), rest.dueNanos()));
                        rest = rest.later(TimeUnit.MICROSECONDS.toNanos(delay));
                    }
                    if (bytes == null) {
                        next.accept(piece);
                    } else {
                        bytes.release();
                    }
                }
            };
        }
    }

    /** The connection ends after {@code bytes} bytes. */
    record LimitData(long bytes) implements Effect {
        public LimitData {
            require("bytes", bytes, 0, Long.MAX_VALUE);
        }

        @Override
        public String type() {
            return "limit_data";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                private long left = bytes;

                @Override
                public void pass(Piece piece, Consumer<Piece> next) {
                    ByteBuf buffer = piece.bytes();
                    if (buffer == null) {
                        next.accept(piece);
                        return;
                    }
                    int passed = (int) Math.min(left, buffer.readableBytes());
                    left -= passed;
                    buffer.writerIndex(buffer.readerIndex() + passed);
                    next.accept(piece);
                }

                @Override
                public boolean isSpent() {
                    return left == 0;
                }
            };
        }
    }

    /**
     * What packet loss looks like from above TCP: with probability {@code rate} a piece of at most 1460 bytes is lost, and it and all behind it
     * wait for a retransmission, {@code timeout} milliseconds, twice as long each time it is lost again. Nothing is ever missing.
     */
    record Loss(double rate, long timeout) implements Effect {
        private static final int SEGMENT = 1460;
        private static final int LOST_AGAIN_MAX = 5;

        public Loss {
            if (!(rate > 0 && rate < 1)) {
                throw new IllegalArgumentException("rate: " + rate + " (expected: above 0, below 1)");
            }
            require("timeout", timeout, 1, 60_000);
        }

        @Override
        public String type() {
            return "loss";
        }

        @Override
        public Shaper shaper(Random random) {
            return new Shaper() {
                private long notBefore = Long.MIN_VALUE;

                @Override
                public void pass(Piece piece, Consumer<Piece> next) {
                    long due = Math.max(piece.dueNanos(), notBefore);
                    for (int sent = 0; sent < piece.size(); sent += SEGMENT) {
                        long wait = timeout;
                        for (int i = 0; i < LOST_AGAIN_MAX && random.nextDouble() < rate; i++) {
                            due += TimeUnit.MILLISECONDS.toNanos(wait);
                            wait *= 2;
                        }
                    }
                    notBefore = due;
                    next.accept(piece.at(due));
                }
            };
        }
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
