package io.convergate.node.main;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, and what a node says it is. */
public final class Version implements IVersionProvider {
    /** The version in the jar's manifest, or {@code development} where there is no jar. */
    public static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"convergate " + current(), "Java ${java.version} (${java.vendor}), ${os.name} ${os.arch}"};
    }
}
