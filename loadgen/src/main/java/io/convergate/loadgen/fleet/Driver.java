package io.convergate.loadgen.fleet;

import java.util.Optional;

/**
 * A way of running nodes.
 *
 * @param image the container image whose entry point takes {@code node} and its options; empty but for Docker
 */
public record Driver(Kind kind, String image) {
    /** How a node is kept apart from the others. */
    public enum Kind {
        /** A process of this machine, on a loopback address of its own. */
        LOCAL("local"),
        /** A process in a network namespace of its own, behind a bridge. Needs root. */
        NAMESPACES("netns"),
        /** A container on a network of its own. Needs a Docker daemon and an image. */
        DOCKER("docker");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** Its name on command lines and in scenarios. */
        public String text() {
            return text;
        }
    }

    /** Processes on loopback addresses. */
    public static Driver local() {
        return new Driver(Kind.LOCAL, "");
    }

    /** Processes in network namespaces. */
    public static Driver namespaces() {
        return new Driver(Kind.NAMESPACES, "");
    }

    /** Containers of that image. */
    public static Driver docker(String image) {
        return new Driver(Kind.DOCKER, image);
    }

    /** Why it cannot be used on this machine; empty if it can. */
    public Optional<String> unusable() {
        return switch (kind) {
            case LOCAL -> Optional.empty();
            case NAMESPACES -> NamespaceSite.unusable();
            case DOCKER -> DockerSite.unusable(image);
        };
    }

    /** Takes hold of what its nodes need. */
    Site open() {
        return switch (kind) {
            case LOCAL -> LocalSite.onFreeAddresses();
            case NAMESPACES -> NamespaceSite.open();
            case DOCKER -> DockerSite.open(image);
        };
    }

    @Override
    public String toString() {
        return image.isEmpty() ? kind.text() : kind.text() + ":" + image;
    }
}
