package io.convergate.node.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pekko.http.scaladsl.model.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypesTest {
    @Test
    void noneIsNone() {
        assertThat(ContentTypes.of(null)).isSameAs(ContentTypes.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/html;charset=utf-8", "application/json", "image/png", "a/b; c=\"d e\""})
    void isWhatPekkoReads(String text) {
        assertThat((Object) ContentTypes.of(text))
                .isEqualTo(org.apache.pekko.http.javadsl.model.ContentTypes.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "text", "text/", "/html", "text/html; charset", "a b/c", "text/\u00e4", ";"})
    void whatTheModelCannotExpressIsBytes(String text) {
        assertThat(ContentTypes.of(text).toString()).isEqualTo("application/octet-stream");
    }

    @Test
    void sameTextIsAnEqualTypeHoweverManyTextsThereAre() {
        for (int i = 0; i < 3_000; i++) {
            String text = "text/x-" + i + "; q=1";
            assertThat((Object) ContentTypes.of(text)).isEqualTo(ContentTypes.of(text));
        }
        assertThat((Object) ContentTypes.of("application/late; charset=UTF-8"))
                .isEqualTo(ContentTypes.of("application/late; charset=UTF-8"));
    }

    @Test
    void textsOfOneUseAreNotKept() {
        for (String text : List.of("multipart/form-data; boundary=abc", "text/plain; x=" + "y".repeat(50_000))) {
            ContentType first = ContentTypes.of(text);
            assertThat((Object) ContentTypes.of(text)).isEqualTo(first).isNotSameAs(first);
        }
    }
}
