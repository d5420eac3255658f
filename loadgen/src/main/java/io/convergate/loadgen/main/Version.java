package io.convergate.loadgen.main;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
        return new String[] {
            "convergate loadgen " + version, "Java ${java.version} (${java.vendor}), ${os.name} ${os.arch}"
        };
    }
}
