package io.convergate.node.main.client;

import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate backup}: the whole configuration as a YAML file. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "backup",
        header = "Write the whole configuration to a YAML file that 'restore' and 'apply' take.",
        description = {
            "",
            "Without --include-secrets the file holds everything but the Secrets, and is no secret itself."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate backup config-2026-11-26.yaml",
            "  convergate backup --include-secrets config-2026-11-26.yaml",
            "  convergate backup - | grep hosts:",
            "",
            "Exit codes: 0 written, 1 failed, 2 usage, 3 no answer"
        })
public final class BackupCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The file, replaced if it exists; - for standard output.")
    private String file = "";

    @Option(
            names = "--include-secrets",
            description =
                    "With the Secrets as they are; for admins. The file is readable by its owner only; keep it so.")
    private boolean secrets;

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        AdminClient.Reply reply = server.connect().get("/backup?secrets=" + secrets, "application/yaml");
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().println(reply.problem().detail());
            return ExitCode.FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (file.equals("-")) {
            out.print(new String(reply.body(), StandardCharsets.UTF_8));
        } else {
            write(Path.of(file), reply.body());
            out.println(new String(reply.body(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replace("# ", ""));
        }
        out.flush();
        return ExitCode.OK;
    }

    /** The file is there as a whole or as it was before. */
    private static void write(Path target, byte[] bytes) {
        Path next = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, ownerOnly());
            Files.write(next, bytes);
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, target + " cannot be written: " + e);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
