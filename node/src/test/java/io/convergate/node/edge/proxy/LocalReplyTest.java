package io.convergate.node.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.http.ContentTypes;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalReplyTest {
    @Test
    void saysWhyItIsOurs() {
        HttpResponse reply = LocalReply.error(503, LocalReply.fields("UH"), "nobody there");

        assertThat(reply.status().intValue()).isEqualTo(503);
        assertThat(((HttpEntity.Strict) reply.entity()).data().utf8String()).isEqualTo("nobody there\n");
        assertThat(reply.getHeader("x-convergate-response-flags").get().value()).isEqualTo("UH");
    }

    /** A route may be configured so; the model would refuse it when the request comes. */
    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void bodyOfAStatusThatHasNoneIsLeftOut(int status) {
        HttpEntity.Strict body = new HttpEntity.Strict(ContentTypes.of("text/plain"), ByteString.fromString("x"));
        HttpResponse reply = LocalReply.response(status, LocalReply.fields("DR"), body);

        assertThat(reply.status().intValue()).isEqualTo(status);
        assertThat(reply.entity().isKnownEmpty()).isTrue();
    }
}
