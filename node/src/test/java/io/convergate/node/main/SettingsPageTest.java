package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.node.admin.kube.KubeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page of all settings, what is said there of ranges, and what becomes of a setting that is none. */
class SettingsPageTest {
    @Test
    void thePageOfAllSettingsIsWhatTheCodeSays() throws IOException {
        Path page = Path.of("..", "docs", "settings.md");
        String text = SettingsPage.text();
        if (System.getProperty("settings.write") != null) {
            Files.writeString(page, text);
        }

        assertThat(page).as("run with -Dsettings.write to write it anew").hasContent(text);
    }

    @Test
    void everyOptionSaysWhatItIsFor() {
        assertThat(SettingsPage.options()).allSatisfy(option -> assertThat(SettingsPage.setting(option))
                .as("@Setting of %s", option.longestName())
                .isPresent());
    }

    @Test
    void everyQuantityHasARange() {
        assertThat(SettingsPage.options())
                .filteredOn(option ->
                        Set.of("TIME", "number", "bytes", "port", "share").contains(SettingsPage.unit(option)))
                .hasSizeGreaterThan(30)
                .allSatisfy(option -> assertThat(SettingsPage.range(option, SettingsPage.setting(option)))
                        .as("range of %s", option.longestName())
                        .isNotEqualTo("-"));
    }

    @Test
    void everyBoundOfKubernetesProtocolSaysWhatItIsFor() {
        assertThat(NodeProperties.all())
                .filteredOn(property -> property.name().contains(".kubernetes."))
                .hasSize(KubeSettings.class.getRecordComponents().length)
                .allSatisfy(property -> assertThat(property.about())
                        .as(property.name())
                        .endsWith(".")
                        .containsAnyOf("or more.", "ore than 0.", "to 1 GiB."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "watches-max; many; a whole number, 0 or more",
                "watches-max; -1; a whole number, 0 or more",
                "writes-max; 0; a whole number, 1 or more",
                "watch-bytes-max; 2 GiB; bytes, such as 3 MiB, from 1 to 1 GiB",
                "body-bytes-max; big; bytes, such as 3 MiB, from 1 to 1 GiB",
                "heartbeat; 0 s; a time, such as 30 s, more than 0",
                "watch-duration; soon; a time, such as 30 s, more than 0"
            })
    void propertyWithAWrongValueIsRefused(String key, String value, String rule) {
        String name = "convergate.admin.kubernetes." + key;
        Config given = ConfigFactory.parseMap(Map.of(name, value)).withFallback(NodeProperties.load());

        assertThatThrownBy(() -> KubeSettings.of(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-D" + name + "=" + value + " (expected: " + rule + ")");
    }

    @Test
    void propertyThatIsNoneIsRefusedWithASuggestion() {
        assertThat(NodeProperties.mistakeAmong(
                        List.of("java.home", "convergate.home", "convergate.admin.kubernetes.watch-max")))
                .contains("unknown setting -Dconvergate.admin.kubernetes.watch-max (expected: did you mean"
                        + " convergate.admin.kubernetes.watches-max?)");
        assertThat(NodeProperties.mistakeAmong(List.of("convergate.admin.kubernetes.watches-max")))
                .isEmpty();
    }

    static Stream<OptionSpec> bounded() {
        return SettingsPage.options().stream().filter(option -> SettingsPage.setting(option)
                .map(setting -> setting.least() != Long.MIN_VALUE)
                .orElse(false));
    }

    @ParameterizedTest
    @MethodSource("bounded")
    void numbersOnThePageAreThoseThatAreTaken(OptionSpec option) {
        Setting setting = SettingsPage.setting(option).orElseThrow();
        String name = option.longestName();

        assertThatCode(() -> settings(name, setting.least())).doesNotThrowAnyException();
        assertThatThrownBy(() -> settings(name, setting.least() - 1)).hasMessageContaining("(expected: ");
        if (setting.most() != Long.MAX_VALUE) {
            assertThatCode(() -> settings(name, setting.most())).doesNotThrowAnyException();
            assertThatThrownBy(() -> settings(name, setting.most() + 1)).hasMessageContaining("(expected: ");
        }
    }

    static Stream<OptionSpec> positive() {
        return SettingsPage.options().stream().filter(option -> SettingsPage.setting(option)
                .map(setting -> setting.range().equals("more than 0"))
                .orElse(false));
    }

    @ParameterizedTest
    @MethodSource("positive")
    void timesThatMustBeMoreThanNothingAre(OptionSpec option) {
        assertThatCode(() -> settings(option.longestName(), "1ms")).doesNotThrowAnyException();
        assertThatThrownBy(() -> settings(option.longestName(), "0")).hasMessageContaining("(expected: more than 0)");
    }

    private static void settings(String option, Object value) {
        CommandLine root = CommandLines.of(Map.of());
        CommandLine node = root.getSubcommands().get("node");
        root.parseArgs("node", option + '=' + value);
        ((NodeCommand) node.getCommandSpec().userObject()).settings();
    }

    private static CommandRun run(Map<String, String> environment, String... arguments) {
        return CommandRun.withFile(environment, arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "admin-prot = 8002; line 1: unknown setting admin-prot (expected: did you mean admin-port?)",
                "nonsense = 1; line 1: unknown setting nonsense (expected: the name of an option",
                "admin-port; line 1: admin-port (expected: name = value)",
                "headers-max = 3; --headers-max 3 (expected: 10 to 10000)",
                "headers-max = many; --headers-max many (expected: a whole number)"
            })
    void settingInAFileThatIsNoneStopsTheStart(String line, String message, @TempDir Path directory)
            throws IOException {
        Path file = Files.writeString(directory.resolve("node.conf"), line + "\n");

        CommandRun run = run(Map.of(), "node", "--config", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message);
    }

    @Test
    void invalidValueInAFileIsSaidToComeFromThere(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("node.conf"), "# comment\n\nunready-for = soon\n");

        assertThat(run(Map.of("CONVERGATE_CONFIG", file.toString()), "node").err())
                .contains("may come from " + file);
    }

    @Test
    void fileThatIsNotThereStopsTheStart() {
        CommandRun run = run(Map.of(), "node", "--config=/nowhere/node.conf");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--config /nowhere/node.conf: no such file (expected: a file)");
    }

    @Test
    void unknownVariableStopsTheStartWithASuggestion() {
        assertThat(run(Map.of("CONVERGATE_ADMIN_PROT", "1"), "node").err())
                .contains("did you mean CONVERGATE_ADMIN_PORT?");
    }

    @Test
    void logLevelThatIsNoneStopsTheStart() {
        CommandRun run = run(Map.of("CONVERGATE_LOG_LEVEL", "verbose"), "node");
        assertThat(run.err())
                .startsWith("convergate node: CONVERGATE_LOG_LEVEL verbose (expected: DEBUG, INFO, WARN, ERROR)");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void accessLogThatCannotBeWrittenStopsTheStart(@TempDir Path directory) {
        String path = directory.resolve("none/access.log").toString();
        CommandRun run =
                run(Map.of(), "node", "--data", directory.resolve("data").toString(), "--access-log-path", path);
        assertThat(run.err())
                .startsWith("convergate node: --access-log-path " + path)
                .contains("(expected: a file that can be written)");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void unknownOptionStopsTheStartWithASuggestion() {
        CommandRun run = run(Map.of(), "node", "--admin-prot", "1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("Did you mean --admin-port?");
    }

    @Test
    void commandLineWinsOverTheEnvironmentAndThatOverTheFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("node.conf"), "headers-max = 1\npipelined-max = 0\nconnections-max = 0\n");

        String err = run(
                        Map.of("CONVERGATE_HEADERS_MAX", "20", "CONVERGATE_PIPELINED_MAX", "2"),
                        "node",
                        "--config",
                        file.toString(),
                        "--pipelined-max=3")
                .err();

        assertThat(err).contains("--connections-max 0 (expected: ").doesNotContain("--headers-max", "--pipelined-max");
    }
}
