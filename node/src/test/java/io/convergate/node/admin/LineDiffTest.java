package io.convergate.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.admin.LineDiff.Side;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineDiffTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "abc, abc, ''",
                "abc, abd, ' a\n b\n-c\n+d\n'",
                "'', ab, '+a\n+b\n'",
                "ab, '', '-a\n-b\n'",
                "abcdefghi, abcdeXfghi, '...\n c\n d\n e\n+X\n f\n g\n h\n'",
            })
    void whatDiffersIsShownWithSomeLinesAround(String before, String after, String expected) {
        assertThat(LineDiff.text(LineDiff.of(letters(before), letters(after)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bothTextsAreInItLineByLine(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            List<String> before = text(random);
            List<String> after = text(random);
            List<LineDiff.Line> lines = LineDiff.of(before, after);
            assertThat(side(lines, Side.AFTER)).as("before, seed %d", seed).isEqualTo(before);
            assertThat(side(lines, Side.BEFORE)).as("after, seed %d", seed).isEqualTo(after);
        }
    }

    @Test
    void aTextTooLongToCompareCountsAsDifferentThroughout() {
        List<String> before = Collections.nCopies(3000, "a");
        List<String> after = Collections.nCopies(3000, "b");
        assertThat(LineDiff.of(before, after)).hasSize(6000);
    }

    /** The lines that are not only on this side. */
    private static List<String> side(List<LineDiff.Line> lines, Side without) {
        return lines.stream()
                .filter(line -> line.side() != without)
                .map(LineDiff.Line::text)
                .toList();
    }

    private static List<String> text(Random random) {
        List<String> text = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.add(String.valueOf((char) ('a' + random.nextInt(4))));
        }
        return text;
    }

    private static List<String> letters(String text) {
        return text.chars().mapToObj(c -> String.valueOf((char) c)).toList();
    }
}
