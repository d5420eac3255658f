package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The unit for a machine of its own. */
class SystemdUnitTest {
    private static final Path UNIT = Path.of("..", "docker/systemd/convergate.service");

    @Test
    void whatFailedIsStartedAgainButNotWithAWrongSetting() throws IOException {
        assertThat(Files.readAllLines(UNIT))
                .contains("Restart=on-failure", "RestartPreventExitStatus=" + ExitCode.USAGE);
    }
}
