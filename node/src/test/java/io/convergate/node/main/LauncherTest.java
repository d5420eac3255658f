package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher in a tree of its own, with JDKs that only say what they were asked to run. */
class LauncherTest {
    private static final Path LAUNCHER =
            Path.of("..", "convergate").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private Path home;

    @BeforeEach
    void layOutATree() throws IOException {
        assumeTrue(Files.exists(Path.of("/bin/sh")), "no /bin/sh");
        home = Files.createDirectories(directory.resolve("tree with blanks, $HOME, 50% & 'more' *"));
        Files.copy(LAUNCHER, home.resolve("convergate"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(home.resolve("node/target/lib"));
        Files.createFile(home.resolve("node/target/convergate-node-1.jar"));
    }

    @Test
    void theScriptIsPlainShell() throws Exception {
        assertThat(run(Map.of(), "sh", "-n", LAUNCHER.toString())).isEmpty();
    }

    @Test
    void itRunsFromAnyDirectoryAndThroughALinkToALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("convergate"));
        Path again = Files.createSymbolicLink(directory.resolve("again"), Path.of("link"));
        Path jdk = jdk("jdk", "17.0.1");

        List<String> lines = run(Map.of("CONVERGATE_JAVA_HOME", jdk.toString()), again.toString(), "status", "a b");

        assertThat(link).isSymbolicLink();
        assertThat(lines).endsWith("io.convergate.node.main.Main", "status", "a b");
        String jar = home.toRealPath() + "/node/target/convergate-node-1.jar:";
        assertThat(lines).anyMatch(line -> line.startsWith(jar));
    }

    @Test
    void loadgenIsAProgramOfItsOwn() throws Exception {
        Path jdk = jdk("jdk", "25");
        Files.createDirectories(home.resolve("loadgen/target/lib"));
        Files.createFile(home.resolve("loadgen/target/convergate-loadgen-1.jar"));

        List<String> lines = run(Map.of("CONVERGATE_JAVA_HOME", jdk.toString()), launcher(), "origin", "--help");

        assertThat(lines).endsWith("io.convergate.loadgen.main.Main", "origin", "--help");
        String jar = home.toRealPath() + "/loadgen/target/convergate-loadgen-1.jar:";
        assertThat(lines).anyMatch(line -> line.startsWith(jar));
    }

    @Test
    void theNewestJdkWins() throws Exception {
        jdk(".sdkman/candidates/java/old", "17.0.1");
        jdk(".sdkman/candidates/java/new", "99");
        Path current = jdk("current", "21.0.2");

        List<String> lines =
                run(Map.of("HOME", directory.toString(), "JAVA_HOME", current.toString()), launcher(), "status");

        assertThat(lines).first().isEqualTo("99");
    }

    @Test
    void aJdkThatIsTooOldIsRefused() throws Exception {
        Path jdk = jdk("jdk", "11.0.2");

        List<String> lines = run(Map.of("CONVERGATE_JAVA_HOME", jdk.toString()), launcher(), "status");

        assertThat(lines).singleElement().asString().contains("(expected: a JDK, 17 or newer)");
        assertThat(run(
                        Map.of("CONVERGATE_JAVA_HOME", jdk.toString()),
                        "sh",
                        "-c",
                        "\"$0\" node >/dev/null 2>&1; echo $?",
                        launcher()))
                .as("as any setting that is wrong")
                .endsWith(String.valueOf(ExitCode.USAGE));
    }

    @Test
    void flagsFromTheEnvironmentComeLastSoThatTheyWin() throws Exception {
        Path jdk = jdk("jdk", "25");

        List<String> lines = run(
                Map.of("CONVERGATE_JAVA_HOME", jdk.toString(), "CONVERGATE_JAVA_OPTS", "-Xmx2g -Dx=y"),
                launcher(),
                "node");

        assertThat(lines.indexOf("-Xmx2g")).isGreaterThan(lines.indexOf("-XX:+UseG1GC"));
        assertThat(lines).contains("--enable-native-access=ALL-UNNAMED", "-Dx=y");
    }

    @Test
    void theArchiveOfClassesIsOneArgumentWhateverThePathHolds() throws Exception {
        Path jdk = jdk("jdk", "25");
        Path archive = Files.createFile(home.resolve("node/target/client-25.jsa"));
        Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(60)));

        List<String> lines = run(Map.of("CONVERGATE_JAVA_HOME", jdk.toString()), launcher(), "status");

        assertThat(lines).contains("-XX:SharedArchiveFile=" + home.toRealPath() + "/node/target/client-25.jsa");
        assertThat(lines).endsWith("io.convergate.node.main.Main", "status");
    }

    @Test
    void aPathThatNoClassPathCanHoldIsRefused() throws Exception {
        Path colon = Files.createDirectory(directory.resolve("a:b"));
        Files.copy(LAUNCHER, colon.resolve("convergate"), StandardCopyOption.COPY_ATTRIBUTES);

        List<String> lines = run(Map.of(), colon.resolve("convergate").toString(), "status");

        assertThat(lines).singleElement().asString().contains("a:b (expected: a path without a colon");
    }

    private String launcher() {
        return home.resolve("convergate").toString();
    }

    /** A JDK of that version, whose java prints its version and its arguments. */
    private Path jdk(String name, String version) throws IOException {
        Path jdk = directory.resolve(name);
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(java, "#!/bin/sh\necho " + version + "\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return jdk;
    }

    private List<String> run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(Arrays.asList(command)))
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CONVERGATE_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output.isEmpty() ? List.of() : List.of(output.split("\n"));
    }
}
