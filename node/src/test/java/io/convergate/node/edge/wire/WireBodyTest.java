package io.convergate.node.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WireBodyTest {
    private static final long SEED = 77;

    private final Connection source = new Connection();
    private final WireBody body = new WireBody(source);
    private final Drain taker = new Drain();
    private final List<ByteBuf> pieces = new ArrayList<>();

    private ByteBuf piece(String text) {
        ByteBuf piece = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        pieces.add(piece);
        return piece;
    }

    @AfterEach
    void everyPieceWasReleasedOnce() {
        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    }

    @Test
    void pieceGoesStraightToATakerWithRoom() {
        body.takenBy(taker);
        body.offer(piece("a"));
        body.offer(piece("b"));
        body.readComplete();
        body.end(null);

        assertThat(taker.log).isEqualTo("a b flush end");
        assertThat(source.log).isEmpty();
        assertThat(body.bytes()).isEqualTo(2);
    }

    @Test
    void pieceBeforeTheTakerWaitsAndStopsTheReading() {
        body.offer(piece("a"));
        assertThat(source.reading).isFalse();
        body.takenBy(taker);

        assertThat(taker.log).isEqualTo("a flush");
        assertThat(source.reading).isTrue();
        body.cancel();
    }

    @Test
    void wholeBodyBeforeTheTakerIsHandedOverAtOnce() {
        body.offer(piece("a"));
        body.offer(piece("b"));
        body.end(null);
        body.takenBy(taker);

        assertThat(taker.log).isEqualTo("a b flush end");
        assertThat(source.reading)
                .as("reading, for what follows on the connection")
                .isTrue();
    }

    @Test
    void fullTakerStopsTheReadingUntilItAsksForMore() {
        taker.room = 1;
        body.takenBy(taker);
        body.offer(piece("a"));
        assertThat(source.reading).isFalse();
        body.offer(piece("b"));
        body.offer(piece("c"));
        assertThat(taker.log).isEqualTo("a");

        taker.room = 1;
        body.more();
        assertThat(taker.log).isEqualTo("a b flush");
        assertThat(source.reading).isFalse();

        taker.room = 5;
        body.more();
        assertThat(taker.log).isEqualTo("a b flush c flush");
        assertThat(source.reading).isTrue();
        body.end(null);
        assertThat(taker.log).endsWith("end");
    }

    @Test
    void endWaitsForTheLastPieceToBeTaken() {
        taker.room = 1;
        body.takenBy(taker);
        body.offer(piece("a"));
        body.offer(piece("b"));
        body.end(null);
        assertThat(taker.log).isEqualTo("a");

        taker.room = 1;
        body.more();
        assertThat(taker.log).isEqualTo("a b flush end");
    }

    @Test
    void whatArrivedBeforeAFailureStillReachesItsTaker() {
        taker.room = 1;
        body.takenBy(taker);
        body.offer(piece("a"));
        body.offer(piece("b"));
        body.fail(new IllegalStateException("gone"));
        assertThat(taker.log).isEqualTo("a");

        taker.room = 5;
        body.more();
        assertThat(taker.log).isEqualTo("a b flush failed:gone");
    }

    @Test
    void failureBeforeTheTakerLeavesNothingBehind() {
        body.offer(piece("a"));
        body.fail(new IllegalStateException("gone"));
        everyPieceWasReleasedOnce();

        body.takenBy(taker);
        assertThat(taker.log).isEqualTo("failed:gone");
    }

    @Test
    void failureBeforeTheTakerLeavesNothingOfAWholeBodyEither() {
        body.offer(piece("a"));
        body.end(null);
        body.fail(new IllegalStateException("gone"));
        everyPieceWasReleasedOnce();

        body.takenBy(taker);
        assertThat(taker.log).isEqualTo("failed:gone");
    }

    @Test
    void failureAfterTheEndIsNone() {
        body.takenBy(taker);
        body.end(null);
        body.fail(new IllegalStateException("gone"));

        assertThat(taker.log).isEqualTo("end");
    }

    @Test
    void cancelledBodyThatIsStillComingIsAbandonedAndThrownAway() {
        body.takenBy(taker);
        body.offer(piece("a"));
        body.cancel();
        body.cancel();
        body.offer(piece("b"));
        body.end(null);
        body.more();

        assertThat(taker.log).isEqualTo("a");
        assertThat(source.log).isEqualTo("abandoned");
        assertThat(body.bytes()).isEqualTo(2);
    }

    @Test
    void bodyThatHasArrivedHoldsNothingUpAndIsThrownAwayWhenCancelled() {
        body.offer(piece("a"));
        assertThat(source.reading).isFalse();
        body.end(null);
        assertThat(source.reading).isTrue();
        body.cancel();

        assertThat(source.reading).isTrue();
        assertThat(source.log).doesNotContain("abandoned");
    }

    @Test
    void trailersComeWithTheEnd() {
        WireHeaders trailers = WireHeaders.ofTrailers(5);
        trailers.add("X-Sum", "1");
        body.takenBy(taker);
        body.end(trailers);

        assertThat(taker.trailers).isSameAs(trailers);
    }

    @Test
    void emptyPieceIsNoPiece() {
        body.offer(piece(""));
        assertThat(source.reading).isTrue();
        body.takenBy(taker);
        body.offer(piece(""));
        body.offer(piece("a"));
        taker.room = 0;
        body.offer(piece(""));
        body.end(null);

        assertThat(taker.log).isEqualTo("a end");
    }

    @Test
    void secondTakerIsRefused() {
        body.takenBy(taker);

        assertThatThrownBy(() -> body.takenBy(new Drain())).isInstanceOf(IllegalStateException.class);
        assertThat(body.taken()).isTrue();
    }

    @Test
    void takerMayCancelFromWithinAPiece() {
        taker.onData = body::cancel;
        body.offer(piece("a"));
        body.offer(piece("b"));
        body.takenBy(taker);

        assertThat(taker.log).isEqualTo("a");
        assertThat(source.log).endsWith("abandoned");
    }

    @Test
    void takerMayAskForMoreFromWithinAFlush() {
        taker.room = 1;
        taker.onPause = () -> {
            taker.room = 1;
            body.more();
        };
        body.offer(piece("a"));
        body.offer(piece("b"));
        body.offer(piece("c"));
        body.end(null);
        body.takenBy(taker);

        assertThat(taker.pieces()).isEqualTo("abc");
        assertThat(taker.log.replaceAll("[^ ]*end", "END")).containsOnlyOnce("END");
    }

    /** The connection may serve somebody else by then, who has let it read on: each piece must stop it again. */
    @Test
    void waitingPieceStopsTheReadingEvenIfSomebodyElseLetItGoOn() {
        body.offer(piece("a"));
        source.resumeReading();
        body.offer(piece("b"));

        assertThat(source.reading).isFalse();
        body.cancel();
    }

    @Test
    void inAnyOrderNothingIsLostDoubledLeakedOrHeldUp() {
        Random random = new Random(SEED);
        for (int run = 0; run < 20_000; run++) {
            StringBuilder steps = new StringBuilder("run " + run + " of seed " + SEED + ":");
            Connection connection = new Connection();
            WireBody anyBody = new WireBody(connection);
            Drain drain = new Drain();
            drain.room = random.nextInt(3);
            StringBuilder sent = new StringBuilder();
            boolean over = false;
            boolean failed = false;
            boolean cancelled = false;
            for (int step = 0; step < 25; step++) {
                int what = random.nextInt(20);
                steps.append(' ').append(what);
                if (what < 8 && !over) {
                    String text = String.valueOf((char) ('a' + sent.length() % 26));
                    sent.append(text);
                    anyBody.offer(piece(text));
                } else if (what < 10) {
                    anyBody.readComplete();
                } else if (what < 12 && !anyBody.taken()) {
                    anyBody.takenBy(drain);
                } else if (what < 16) {
                    drain.room += random.nextInt(3);
                    if (drain.room > 0) {
                        anyBody.more();
                    }
                } else if (what == 16 && !over) {
                    over = true;
                    anyBody.end(null);
                } else if (what == 17 && !over) {
                    over = true;
                    failed = true;
                    anyBody.fail(new IllegalStateException("gone"));
                } else if (what == 18 && random.nextInt(4) == 0) {
                    cancelled = true;
                    anyBody.cancel();
                }
                assertThat(sent.toString()).as("%s", steps).startsWith(drain.pieces());
                if (!cancelled
                        && !over
                        && anyBody.taken()
                        && drain.room > 0
                        && drain.pieces().contentEquals(sent)) {
                    assertThat(connection.reading).as("%s", steps).isTrue();
                }
            }
            if (!over) {
                anyBody.end(null);
            }
            if (!anyBody.taken()) {
                anyBody.takenBy(drain);
            }
            drain.room = 100;
            anyBody.more();
            everyPieceWasReleasedOnce();
            pieces.clear();
            assertThat(connection.reading).as("%s", steps).isTrue();
            if (!cancelled) {
                assertThat(drain.ends).as("%s", steps).isEqualTo(1);
                assertThat(drain.log).as("%s", steps).endsWith(failed ? "failed:gone" : "end");
                if (!failed) {
                    assertThat(drain.pieces()).as("%s", steps).isEqualTo(sent.toString());
                }
            } else {
                assertThat(drain.ends).as("%s", steps).isLessThanOrEqualTo(1);
            }
        }
    }

    private static final class Connection implements WireBody.Source {
        boolean reading = true;
        String log = "";

        @Override
        public void invited() {}

        @Override
        public void pauseReading() {
            reading = false;
        }

        @Override
        public void resumeReading() {
            reading = true;
        }

        @Override
        public void abandoned() {
            log = log.isEmpty() ? "abandoned" : log + " abandoned";
            reading = true;
        }
    }

    private static final class Drain implements WireBody.Taker {
        int room = Integer.MAX_VALUE;
        int ends;
        String log = "";
        private String pieces = "";

        @Nullable
        WireHeaders trailers;

        Runnable onData = () -> {};
        Runnable onPause = () -> {};

        String pieces() {
            return pieces;
        }

        private void log(String what) {
            log = log.isEmpty() ? what : log + ' ' + what;
        }

        @Override
        public boolean data(ByteBuf piece) {
            assertThat(ends).as("the end was told").isZero();
            String text = piece.toString(StandardCharsets.US_ASCII);
            pieces += text;
            log(text);
            piece.release();
            onData.run();
            return --room > 0;
        }

        @Override
        public void pause() {
            log("flush");
            onPause.run();
        }

        @Override
        public void end(@Nullable WireHeaders fields) {
            trailers = fields;
            ends++;
            log("end");
        }

        @Override
        public void failed(Throwable cause) {
            ends++;
            log("failed:" + cause.getMessage());
        }
    }
}
