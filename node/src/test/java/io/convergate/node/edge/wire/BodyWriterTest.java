package io.convergate.node.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyWriterTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<ByteBuf> pieces = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final BodyWriter.Owner owner = new BodyWriter.Owner() {
        @Override
        public void bodyWritten() {
            told.add("written");
        }

        @Override
        public void bodyFailed(Throwable cause) {
            told.add("failed: " + cause.getMessage());
        }
    };

    @AfterEach
    void everyPieceWasReleasedOnce() {
        channel.flush();
        channel.releaseOutbound();
        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    }

    private ByteBuf piece(String text) {
        ByteBuf piece = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        pieces.add(piece);
        return piece;
    }

    private BodyWriter writer(long length, boolean chunked) {
        return new BodyWriter(channel, length, chunked, true, owner);
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return text.toString();
    }

    @Test
    void bodyOfKnownLengthGoesAsItIs() {
        BodyWriter writer = writer(5, false);
        assertThat(writer.data(piece("hel"))).isTrue();
        writer.pause();
        assertThat(written()).isEqualTo("hel");
        writer.data(piece("lo"));
        writer.end((WireHeaders) null);

        assertThat(written()).isEqualTo("lo");
        assertThat(told).containsExactly("written");
        assertThat(writer.written()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "9,9", "10,a", "15,f", "16,10", "255,ff", "256,100", "4096,1000", "65535,ffff", "1048576,100000"
    })
    void chunkHasItsSizeInHexadecimal(int size, String digits) {
        BodyWriter writer = writer(-1, true);
        writer.data(piece("a".repeat(size)));
        writer.end((WireHeaders) null);

        assertThat(written()).isEqualTo(digits + "\r\n" + "a".repeat(size) + "\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void emptyPieceIsNoLastChunk(boolean chunked) {
        BodyWriter writer = writer(-1, chunked);
        assertThat(writer.data(piece(""))).isTrue();
        writer.data(piece("a"));
        writer.end((WireHeaders) null);

        assertThat(written()).isEqualTo(chunked ? "1\r\na\r\n0\r\n\r\n" : "a");
    }

    @Test
    void neverMoreThanTheLengthIsWritten() {
        BodyWriter writer = writer(5, false);
        writer.data(piece("hel"));
        assertThat(writer.data(piece("lo!"))).isFalse();
        assertThat(writer.data(piece("more"))).isFalse();
        writer.end((WireHeaders) null);
        channel.flush();

        assertThat(written()).isEqualTo("hel");
        assertThat(told).containsExactly("failed: a body longer than its Content-Length");
    }

    @Test
    void lessThanTheLengthIsAFailure() {
        BodyWriter writer = writer(5, false);
        writer.data(piece("hel"));
        writer.end((WireHeaders) null);

        assertThat(told).containsExactly("failed: a body shorter than its Content-Length");
    }

    @Test
    void failureIsNoEnd() {
        BodyWriter writer = writer(-1, true);
        writer.data(piece("hel"));
        writer.failed(new IllegalStateException("gone"));
        writer.failed(new IllegalStateException("again"));
        writer.end((WireHeaders) null);
        channel.flush();

        assertThat(written()).isEqualTo("3\r\nhel\r\n");
        assertThat(told).containsExactly("failed: gone");
    }

    @Test
    void nothingIsWrittenOrToldOnceItIsStopped() {
        BodyWriter writer = writer(-1, true);
        writer.stop();
        assertThat(writer.data(piece("hel"))).isFalse();
        writer.end((WireHeaders) null);
        writer.failed(new IllegalStateException("gone"));
        channel.flush();

        assertThat(written()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void trailersThatCouldChangeTheMessageAreLeftOut() {
        BodyWriter writer = writer(-1, true);
        Fields fields = new Fields(8);
        for (String name : List.of(
                "Content-Length",
                "Transfer-Encoding",
                "Host",
                "Authorization",
                "Cookie",
                "Content-Type",
                "Connection",
                "TE",
                "Trailer",
                "Expect",
                "X-Forwarded-For",
                "X-Envoy-Internal",
                "Forwarded",
                "Cache-Control",
                "Content-Encoding",
                "X_Forwarded_For",
                "X-Request-Id")) {
            fields.add(Field.of(name, "x"));
        }
        fields.add(Field.of("X-Sum", "1"));
        fields.add((HttpHeader) RawHeader.create("X-Raw", "2"));
        writer.end(fields.toSeq());

        assertThat(written()).isEqualTo("0\r\nX-Sum: 1\r\nX-Raw: 2\r\n\r\n");
    }

    @Test
    void trailersNobodyWantsAreLeftOut() {
        BodyWriter writer = new BodyWriter(channel, -1, true, false, owner);
        Fields fields = new Fields(8);
        fields.add(Field.of("X-Sum", "1"));
        writer.end(fields.toSeq());

        assertThat(written()).isEqualTo("0\r\n\r\n");
    }

    @Test
    void fullChannelSaysSo() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(512, 1024));
        BodyWriter writer = writer(5_000, false);

        assertThat(writer.data(piece("a".repeat(2_000)))).isFalse();
        writer.pause();
        assertThat(writer.data(piece("a"))).isTrue();
        writer.stop();
    }
}
