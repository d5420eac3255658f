package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.admin.api.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "node",
                "demo",
                "apply",
                "get",
                "delete",
                "status",
                "top",
                "history",
                "diff",
                "blame",
                "rollback",
                "backup",
                "restore",
                "explain",
                "impact",
                "analyze",
                "completion"
            })
    void everyCommandExplainsItself(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("Usage: convergate " + command).doesNotContain("null");
    }

    @Test
    void everyKindThatCanBePrintedIsInTheHelp() {
        String help = CommandRun.of("get", "--help").out();

        for (Kind kind : Kind.values()) {
            assertThat(help).contains(kind.plural());
        }
    }

    @Test
    void theRootHelpListsCommandsAndExitCodes() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("demo", "node", "apply", "Exit codes:", "3  no node answered");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            node --admin-prt 3                  | Did you mean --admin-port?
            node --admin-port x                 | convergate node: --admin-port x (expected: a whole number)
            node --admin-port                   | convergate node: --admin-port without a value (expected: --admin-port P)
            node --host --name x                | convergate node: --host without a value (expected: --host A)
            node --zzz 3                        | convergate node: --zzz (expected: an option of convergate node)
            node --admin-insecure maybe         | convergate node: maybe (expected: no further word)
            get vs a b                          | convergate get: b (expected: no further word)
            node --port-map 80                  | convergate node: --port-map 80 (expected: pairs such as 80=8080)
            node --port-map 80=x                | convergate node: --port-map x (expected: pairs such as 80=8080)
            node --label x                      | convergate node: --label x (expected: pairs such as k=v)
            node --access-log xml               | convergate node: --access-log xml (expected: text, json, off)
            node --access-log jsn               | convergate node: --access-log jsn (expected: text, json, off; did you mean json?)
            node --access-log-only x            | convergate node: --access-log-only x (expected:
            node --trace-ratio x                | convergate node: --trace-ratio x (expected: a number)
            node --edge-wire nety               | convergate node: --edge-wire nety (expected: netty, pekko-http, pekko-http-exposed; did you mean netty?)
            node --history-bytes x              | convergate node: --history-bytes x (expected: a whole number)
            node --history-changes 0            | convergate node: --history-changes 0 (expected: 1 to 100000)
            top --interval x                    | convergate top: --interval x (expected: a number and ms, s, m or h
            node --admin-port 70000             | --admin-port 70000 (expected: a port, 0 to 65535)
            node --cluster-port 0               | --cluster-port 0 (expected: a port, 1 to 65535)
            node --host 0.0.0.0                 | --host 0.0.0.0 (expected: one address of this machine
            node --host no.such.host.invalid    | convergate node: --host no.such.host.invalid, which cannot be resolved (expected: an address of this machine)
            node --seeds 127.0.0.1:99999        | --seeds 127.0.0.1:99999 (expected: an IP address, IP address:port, dns:name or dns:name:port)
            node --seeds node-1                 | --seeds node-1 (expected: an IP address, IP address:port, dns:name or dns:name:port)
            node --port-map 80=8080,443=8080    | --port-map 80=8080,443=8080 (expected: each to a port of its own)
            node --port-map 0=8080              | --port-map 0 (expected: a port, 1 to 65535)
            node --unready-for soon             | convergate node: --unready-for soon (expected: a number and ms, s, m or h
            node --name -x-                     | --name -x- (expected:
            apply                               | --filename
            aply -f x                           | Did you mean apply?
            qqq                                 | convergate: qqq (expected: a command)
            get pods                            | kind 'pods' (expected: gateways (gw)
            get vs 'Not_A_Name'                 | name
            delete vs                           | either KIND NAME or -f FILE
            apply -f x --wait some              | --wait some (expected: all, majority or a number of nodes)
            status --server not-a-url           | --server not-a-url (expected: a URL
            """)
    void aMistakeIsExplainedAndNothingIsDone(String arguments, String explanation) {
        CommandRun run = CommandRun.of(arguments.replace("'", "").split(" +"));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(explanation);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CONVERGATE_ADMIN_PORT  | 70000 | --admin-port 70000
            CONVERGATE_ADMIN_PORT  | x     | may come from CONVERGATE_ADMIN_PORT
            CONVERGATE_PORT_MAP    | 80    | --port-map
            CONVERGATE_ADMIN_PROT  | 8001  | did you mean CONVERGATE_ADMIN_PORT?
            CONVERGATE_COLOUR      | red   | unknown setting CONVERGATE_COLOUR
            CONVERGATE_LOG_LEVL    | INFO  | did you mean CONVERGATE_LOG_LEVEL?
            CONVERGATE_FOO         | x     | unknown setting CONVERGATE_FOO in the environment (expected: the name of an option, as CONVERGATE_HOST is of --host; the list is in convergate node --help)
            CONVERGATE_PORT_MAP    | 80    | --port-map 80 (expected: pairs such as 80=8080)
            CONVERGATE_TRUSTED_PROXIES | foo | --trusted-proxies foo (expected: an address or a network such as 10.0.0.0/8)
            CONVERGATE_DRAIN_TIMEOUT | 5   | expected: a number and ms, s, m or h
            """)
    void aWrongVariableStopsTheStart(String name, String value, String explanation) {
        CommandRun run = CommandRun.with(Map.of(name, value), "node");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(explanation);
    }

    @Test
    void noAnswerHasAnExitCodeOfItsOwn() {
        CommandRun run = CommandRun.of("status", "--server", "http://127.0.0.1:9");

        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).contains("no answer from http://127.0.0.1:9");
    }

    @Test
    void aFileThatDoesNotExistIsNamed() {
        CommandRun run = CommandRun.of("apply", "-f", "/does/not/exist.yaml", "--server", "http://127.0.0.1:9");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("/does/not/exist.yaml does not exist");
    }

    @Test
    void theCompletionScriptKnowsTheCommands() {
        CommandRun run = CommandRun.of("completion");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("complete -F", "--port-map", "_picocli_convergate_gameday");
    }
}
