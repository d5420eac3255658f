package io.convergate.node.main.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.admin.api.ChangeView;
import io.convergate.node.admin.api.HistoryReport;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class HistoryCommandTest {
    @Test
    void aMessageNeitherStirsTheTerminalNorPassesForAChange() {
        ChangeView change = new ChangeView(
                "7", "7", "2026-11-26T10:00:00Z", "a\u009b31m", "two\nlines\u001b[2J", "", "", List.of(), 0, true);

        assertThat(HistoryCommand.render(Ansi.OFF, new HistoryReport("7", 1, List.of(change))))
                .isEqualTo("7  2026-11-26T10:00:00Z  a?31m\n  two\n  lines?[2J\n");
    }
}
