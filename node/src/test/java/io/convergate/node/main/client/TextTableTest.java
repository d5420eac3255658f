package io.convergate.node.main.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.main.client.TextTable.Cell;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

class TextTableTest {
    @Test
    void columnsAreAlignedAndNoLineEndsInBlanks() {
        String table = new TextTable()
                .heading("NAME", "STATE")
                .row("a", "")
                .row("longer", "up")
                .render(Ansi.OFF);

        assertThat(table).isEqualTo("NAME    STATE\na\nlonger  up\n");
    }

    @Test
    void coloursDoNotMoveColumns() {
        String table = new TextTable()
                .row(new Cell("ok", Palette.GOOD), Cell.of("x"))
                .row("failed", "y")
                .render(Ansi.ON);

        assertThat(table.replaceAll("\u001B\\[[0-9;]*m", "")).isEqualTo("ok      x\nfailed  y\n");
        assertThat(table).contains("\u001B[");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z,0s",
        "2025-12-31T23:59:00Z,60s",
        "2025-12-31T23:50:00Z,10m",
        "2025-12-31T21:00:00Z,3h",
        "2025-12-20T00:00:00Z,12d",
        "yesterday,''"
    })
    void anAgeIsGivenInItsLargestUnit(String timestamp, String age) {
        assertThat(KindColumns.age(timestamp, Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(age);
    }
}
