package io.convergate.routing.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer that sends the client elsewhere. Istio: HTTPRedirect.
 *
 * @param uri takes the place of the path
 * @param prefixRewrite takes the place of the matched prefix
 * @param authority takes the place of the host
 * @param port takes the place of the port
 * @param derivePort where the port comes from
 * @param scheme takes the place of the scheme
 * @param redirectCode the status; empty means 301
 */
public record HttpRedirect(
        Optional<String> uri,
        Optional<String> prefixRewrite,
        Optional<String> authority,
        OptionalLong port,
        Optional<DerivePort> derivePort,
        Optional<String> scheme,
        OptionalLong redirectCode) {
    /** Where a redirect's port comes from. Istio: HTTPRedirect.RedirectPortSelection. */
    public enum DerivePort {
        FROM_PROTOCOL_DEFAULT,
        FROM_REQUEST_PORT
    }
}
