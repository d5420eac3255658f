package io.convergate.routing.upstream;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How TLS is to be spoken to an upstream. Nobody speaks it yet.
 *
 * @param serverName the name that is asked for (SNI)
 * @param hostNames the certificate must be for one of these names, or have one of the URIs
 * @param uris URIs that the certificate may have in place of a name
 * @param authorities certificates of the authorities that are trusted, in PEM; empty for those of the operating system
 */
public record UpstreamTls(String serverName, List<String> hostNames, List<String> uris, Optional<String> authorities) {
    public UpstreamTls {
        Objects.requireNonNull(serverName, "serverName");
        hostNames = List.copyOf(hostNames);
        uris = List.copyOf(uris);
    }
}
