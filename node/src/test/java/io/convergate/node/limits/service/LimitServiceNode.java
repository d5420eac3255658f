package io.convergate.node.limits.service;

import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.limits.Owners;
import io.convergate.node.limits.service.LimitServiceSettings.Trust;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What of a node the rate limit service needs, from YAML to sockets, and a client for it. */
final class LimitServiceNode implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final ResourceReader reader = new ResourceReader(ReadSettings.DEFAULTS);
    private final RouteTableCompiler compiler;
    final NodeLimits limits;
    final LimitServer server;
    final ManagedChannel channel;

    LimitServiceNode(Telemetry telemetry, LimitServiceSettings settings, Duration wait) throws IOException {
        limits = new NodeLimits(telemetry, new LimitSettings(10_000, wait));
        compiler = new RouteTableCompiler(new CompileSettings(
                Map.of(), "", info -> info, info -> info, limits::attach, CompileSettings.ISTIO_SYSTEM));
        server = LimitServer.start(settings, telemetry, () -> true);
        channel = channel(InsecureChannelCredentials.create());
    }

    /** One without TLS, whose requests wait for owners as long as it takes. */
    static LimitServiceNode plain(Telemetry telemetry) throws IOException {
        return new LimitServiceNode(telemetry, plain(), WAIT);
    }

    static LimitServiceSettings plain() {
        return new LimitServiceSettings(
                "127.0.0.1", 0, Optional.empty(), Optional.empty(), Optional.empty(), Trust.LOOPBACK);
    }

    ManagedChannel channel(ChannelCredentials credentials) {
        return NettyChannelBuilder.forAddress(server.address(), credentials).build();
    }

    /** Counts with these from now on. */
    LimitServiceNode with(Owners owners) {
        limits.share(owners);
        return this;
    }

    /** Serves these domains in place of the last ones. */
    LimitServiceNode serve(String yaml) {
        ReadResult result = reader.read(yaml.getBytes(StandardCharsets.UTF_8));
        if (!result.isAcceptable()) {
            throw new AssertionError(result.problems());
        }
        Map<ResourceKey, Resource> resources = new HashMap<>();
        for (ReadDocument document : result.documents()) {
            Resource resource = document.resource().orElseThrow();
            resources.put(resource.key(), resource);
        }
        server.serve(compiler.compile(resources).table().domains());
        return this;
    }

    /** A client of Envoy's own classes. */
    RateLimitServiceGrpc.RateLimitServiceBlockingStub client() {
        return RateLimitServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        limits.close();
    }
}
