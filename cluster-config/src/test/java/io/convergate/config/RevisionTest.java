package io.convergate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
    private static final WriterId ANN = new WriterId(1);
    private static final WriterId BEN = new WriterId(-1);

    private final Revision ann = Revision.EMPTY.with(ANN, 3);
    private final Revision ben = Revision.EMPTY.with(BEN, 2);

    @Test
    void coveringIsThePartialOrderOfChanges() {
        assertThat(ann.covers(Revision.EMPTY)).isTrue();
        assertThat(ann.covers(ann)).isTrue();
        assertThat(ann.covers(ben)).isFalse();
        assertThat(ben.covers(ann)).isFalse();
        assertThat(ann.merge(ben).covers(ann)).isTrue();
        assertThat(ann.merge(ben)).isEqualTo(ben.merge(ann));
        assertThat(ann.with(ANN, 2)).isEqualTo(ann);
    }

    @Test
    void itsTextComesBack() {
        Revision both = ann.merge(ben);
        assertThat(both).hasToString("0000000000000001.3-ffffffffffffffff.2");
        assertThat(Revision.parse(both.toString())).isEqualTo(both);
        assertThat(Revision.parse(Revision.EMPTY.toString())).isEqualTo(Revision.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.1", "0000000000000001.0", "0000000000000001", "0000000000000001.1-", "1-"})
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> Revision.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
