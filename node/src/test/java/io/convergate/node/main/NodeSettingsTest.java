package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NodeSettingsTest {
    @Test
    void aNodeWithoutOptionsIsAClusterOfOneOnLoopback() {
        NodeSettings settings = settings(Map.of());

        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.name()).isEqualTo("127.0.0.1");
        assertThat(settings.seeds()).isEmpty();
        assertThat(settings.labels()).isEqualTo(Map.of("istio", "ingressgateway"));
        assertThat(settings.data()).isEqualTo(Path.of(".convergate", "127.0.0.1"));
        assertThat(settings.adminPort()).isEqualTo(8001);
        assertThat(settings.clusterPort()).isEqualTo(17355);
        assertThat(settings.stopping().unreadyFor()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void everyOptionMayComeFromTheEnvironment() {
        NodeSettings settings = settings(Map.of(
                "CONVERGATE_HOST", "127.0.0.2",
                "CONVERGATE_NAME", "two",
                "CONVERGATE_SEEDS", "127.0.0.1,127.0.0.2:4000",
                "CONVERGATE_LABEL", "istio=ingressgateway,zone=a",
                "CONVERGATE_ADMIN_PORT", "9001",
                "CONVERGATE_PORT_MAP", "80=8080,443=8443",
                "CONVERGATE_UNREADY_FOR", "250ms"));

        assertThat(settings.host()).isEqualTo("127.0.0.2");
        assertThat(settings.name()).isEqualTo("two");
        assertThat(settings.seeds()).containsExactly("127.0.0.1", "127.0.0.2:4000");
        assertThat(settings.labels()).containsEntry("zone", "a");
        assertThat(settings.adminPort()).isEqualTo(9001);
        assertThat(settings.portMap().boundFor(80)).isEqualTo(8080);
        assertThat(settings.portMap().boundFor(15443)).isEqualTo(15443);
        assertThat(settings.stopping().unreadyFor()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void theCommandLineWinsOverTheEnvironment() {
        NodeSettings settings =
                settings(Map.of("CONVERGATE_HOST", "127.0.0.2", "CONVERGATE_NAME", "two"), "--host", "127.0.0.3");

        assertThat(settings.host()).isEqualTo("127.0.0.3");
        assertThat(settings.name()).isEqualTo("two");
    }

    @Test
    void variablesThatKubernetesSetsForAServiceAreNoSettings() {
        NodeSettings settings = settings(Map.of(
                "CONVERGATE_ADMIN_PORT", "tcp://10.0.0.1:8001",
                "CONVERGATE_SERVICE_HOST", "10.0.0.1",
                "CONVERGATE_PORT_8001_TCP_ADDR", "10.0.0.1"));

        assertThat(settings.adminPort()).isEqualTo(8001);
    }

    static NodeSettings settings(Map<String, String> environment, String... arguments) {
        CommandLine root = CommandLines.of(environment);
        root.parseArgs(Stream.concat(Stream.of("node"), Stream.of(arguments)).toArray(String[]::new));
        NodeCommand command = root.getSubcommands().get("node").getCommand();
        return command.settings().node();
    }
}
