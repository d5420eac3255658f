package io.convergate.loadgen.main;

import io.convergate.loadgen.load.Deadlines;
import io.convergate.loadgen.load.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a load talks to its targets. */
final class WireOptions {
    @Option(names = "--http2", description = "Speak HTTP/2: by ALPN with https, with prior knowledge with http.")
    private boolean isHttp2;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "10",
            description = "Requests under way on one HTTP/2 connection, 1 to 10000 (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--host",
            paramLabel = "AUTHORITY",
            description = "The Host (:authority) to send, instead of the first URL's.")
    private Optional<String> host = Optional.empty();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "PEM file of the certificates to trust (default: the JDK's).")
    private Optional<Path> trust = Optional.empty();

    @Option(names = "--insecure", description = "Take any certificate.")
    private boolean isInsecure;

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description = "The server name to ask for and to find in the certificate (default: the authority's host).")
    private Optional<String> serverName = Optional.empty();

    @Option(
            names = "--tls-provider",
            paramLabel = "NAME",
            defaultValue = "FASTEST",
            description = "JDK, BORINGSSL, or FASTEST: BoringSSL where it can be loaded, else the JDK's (default:"
                    + " ${DEFAULT-VALUE}). Reports say which it was.")
    private Wire.Provider provider = Wire.Provider.FASTEST;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "From a request's planned start to the end of its answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Deadlines.DEFAULT.request();

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            defaultValue = "3s",
            description = "For one connection to one target, TLS included (default: ${DEFAULT-VALUE}).")
    private Duration connectTimeout = Deadlines.DEFAULT.connect();

    Wire wire(boolean isTls, String authority) {
        Wire wire = (isHttp2 ? Wire.http2(streams) : Wire.http1()).withAuthority(host.orElse(authority));
        return isTls ? wire.withTls(new Wire.Tls(trust, isInsecure, serverName, provider)) : wire;
    }

    Deadlines deadlines() {
        return new Deadlines(connectTimeout, timeout);
    }
}
