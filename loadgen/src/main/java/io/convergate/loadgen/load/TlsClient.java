package io.convergate.loadgen.load;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;

/** TLS towards the targets of one plan. Thread-safe. */
final class TlsClient {
    private final SslContext context;
    private final String serverName;
    private final int port;
    private final long handshakeMillis;

    private TlsClient(SslContext context, String serverName, int port, long handshakeMillis) {
        this.context = context;
        this.serverName = serverName;
        this.port = port;
        this.handshakeMillis = handshakeMillis;
    }

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if the trust file or the provider cannot be used */
    static TlsClient of(LoadPlan plan, Wire.Tls settings) {
        boolean wantsBoring = settings.provider().here() == Wire.Provider.BORINGSSL;
        if (wantsBoring && !OpenSsl.isAvailable()) {
            throw new IllegalArgumentException(
                    "BORINGSSL (expected: JDK; BoringSSL cannot be loaded: " + OpenSsl.unavailabilityCause() + ")");
        }
        String protocol = plan.wire().protocol() == Wire.Protocol.HTTP_2
                ? ApplicationProtocolNames.HTTP_2
                : ApplicationProtocolNames.HTTP_1_1;
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(wantsBoring ? SslProvider.OPENSSL : SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocol));
        if (settings.isInsecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else {
            settings.trust().ifPresent(file -> {
                try {
                    builder.trustManager(file.toFile());
                } catch (IllegalArgumentException wrong) {
                    throw new IllegalArgumentException(
                            file + " (expected: a PEM file of certificates; " + wrong.getMessage() + ")", wrong);
                }
            });
        }
        Target named = plan.wire()
                .authority()
                .map(TlsClient::withPort)
                .orElse(plan.targets().get(0));
        try {
            return new TlsClient(
                    builder.build(),
                    settings.serverName().orElse(named.host()),
                    named.port(),
                    plan.deadlines().connect().toMillis());
        } catch (SSLException wrong) {
            throw new IllegalArgumentException("TLS: " + wrong.getMessage(), wrong);
        }
    }

    private static Target withPort(String authority) {
        return Target.parse(authority.matches(".*:\\d+") ? authority : authority + ":443");
    }

    /** Why a handshake failed, in words. BoringSSL's own exception says nothing; the one that caused it does. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
            root = root.getCause();
        }
        return "TLS: " + root.getMessage();
    }

    SslHandler handler(SocketChannel channel) {
        SslHandler handler = context.newHandler(channel.alloc(), serverName, port);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
