package io.convergate.node.main.certs;

import io.convergate.config.tls.CredentialFiles;
import io.convergate.config.tls.NamedFile;
import io.convergate.node.admin.access.Role;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.Failures;
import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate certs}: makes an authority and certificates signed by it. */
@Command(
        name = "certs",
        header = "Make certificates: an authority of your own, nodes, and clients of the admin API.",
        description = {
            "",
            "For those who have no authority yet. Keep ca.key where no node is: whoever has it can make nodes and admins.",
            "An existing certificate of a node or client is replaced, which renews it; an authority never is."
        },
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate certs ca --dir pki",
            "  convergate certs node --dir pki --name node1 --host 10.0.0.1 --host node1.example.com",
            "  convergate certs client --dir pki --name ada --role admin",
            "",
            "Exit codes: 0 made, 1 a file cannot be read or written, 2 usage"
        })
public final class CertsCommand implements Callable<Integer> {
    private static final String CA = "ca";
    private static final long DAYS_MAX = 36_500;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "ca|node|client", description = "What to make.")
    private String what = "";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where the files are: ca.crt and ca.key, NAME.crt and NAME.key. Default: here")
    private Path directory = Path.of(".");

    @Option(names = "--name", paramLabel = "NAME", description = "Whose certificate it is, and its file's name.")
    private @Nullable String name;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "node: an IP address or host name that it is called by; may be repeated.")
    private List<String> hosts = List.of();

    @Option(names = "--role", paramLabel = "view|edit|admin", description = "client: what it may do.")
    private @Nullable String role;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long it is good for. Default: 365, of an authority 3650")
    private @Nullable Long days;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() {
        try {
            switch (what) {
                case CA -> authority();
                case "node" -> node();
                case "client" -> client();
                default -> throw usage("certs " + what + " (expected: ca, node or client)");
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, "cannot write: " + Failures.describe(e));
        }
    }

    private void authority() throws IOException {
        if (Files.exists(PemFiles.key(directory, CA))) {
            throw new CommandFailed(
                    ExitCode.FAILED, PemFiles.key(directory, CA) + " is there already (expected: another --dir)");
        }
        String called = name == null ? "convergate authority" : checked(name);
        write(CA, Authority.create(called, validity(3650)).own());
    }

    private void node() throws IOException {
        if (hosts.isEmpty()) {
            throw usage("no --host (expected: the address that the node has as its --host, and other names of it)");
        }
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9.:*-]+")) {
                throw usage("--host " + host + " (expected: an IP address or a host name)");
            }
        }
        String file = name == null ? hosts.get(0).replace(':', '_') : checked(name);
        write(file, existing().issue("CN=" + file, Authority.Purpose.NODE, hosts, validity(365)));
    }

    private void client() throws IOException {
        if (name == null || role == null) {
            throw usage("a client (expected: --name and --role)");
        }
        Role wanted = Role.of(role).orElseThrow(() -> usage("--role " + role + " (expected: view, edit or admin)"));
        String subject = "O=convergate:" + wanted.word() + ",CN=" + checked(name);
        write(name, existing().issue(subject, Authority.Purpose.CLIENT, List.of(), validity(365)));
    }

    private Authority existing() {
        try {
            return new Authority(new CredentialFiles(
                            NamedFile.open("--dir", PemFiles.certificate(directory, CA)),
                            NamedFile.secret("--dir", PemFiles.key(directory, CA)))
                    .watch("authority", InstantSource.system())
                    .get());
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.FAILED, e.getMessage() + "; 'convergate certs ca' makes one");
        }
    }

    private void write(String file, TlsCredential made) throws IOException {
        PemFiles.write(directory, file, made);
        PrintWriter out = spec.commandLine().getOut();
        out.println(PemFiles.certificate(directory, file) + ", " + PemFiles.key(directory, file) + ": "
                + TlsCredential.name(made.certificate()) + ", valid until "
                + made.certificate().getNotAfter().toInstant());
        out.flush();
    }

    private Duration validity(long usual) {
        long wanted = days == null ? usual : days;
        if (wanted < 1 || wanted > DAYS_MAX) {
            throw usage("--days " + wanted + " (expected: 1 to " + DAYS_MAX + ")");
        }
        return Duration.ofDays(wanted);
    }

    private String checked(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._@ -]{0,63}")) {
            throw usage("--name " + text + " (expected: letters, digits and . _ @ -, at most 64)");
        }
        if (text.equals(CA) && !what.equals(CA)) {
            throw usage("--name ca (expected: another name; that is the authority's)");
        }
        return text;
    }

    private static CommandFailed usage(String message) {
        return new CommandFailed(ExitCode.USAGE, message);
    }
}
