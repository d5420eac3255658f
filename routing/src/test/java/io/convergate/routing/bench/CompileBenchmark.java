package io.convergate.routing.bench;

import io.convergate.routing.TestConfig;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time to compile virtual services, each with a host of its own, two routes and one of a hundred services: all of them, and
 * one that changed among them. Run it like {@link MatchBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CompileBenchmark {
    private static final int SERVICES = 100;

    @Param("10000")
    public int virtualServices;

    private final Map<ResourceKey, Resource> wanted = new HashMap<>();
    private final Resource[] versions = new Resource[2];
    private RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
    private int turn;

    /** Makes the resources and compiles them once. */
    @Setup
    public void setUp() {
        StringBuilder yaml = new StringBuilder(TestConfig.GATEWAY);
        for (int i = 0; i < SERVICES; i++) {
            yaml.append("{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: s" + i
                    + "}, spec: {hosts: [s" + i
                    + ".local], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}],"
                    + " endpoints: [{address: 10.0.0.1}, {address: 10.0.0.2}]}}\n---\n");
        }
        for (int i = 0; i < virtualServices; i++) {
            yaml.append(virtualService(i, "/a"));
        }
        // A document that begins with a brace is JSON: a comment keeps these YAML.
        wanted.putAll(TestConfig.parse(yaml.toString().replace("---\n{", "---\n# flow\n{")));
        for (int i = 0; i < versions.length; i++) {
            versions[i] = TestConfig.parse("# flow\n" + virtualService(0, "/b" + i))
                    .values()
                    .iterator()
                    .next();
        }
        compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        compiler.compile(wanted);
    }

    private static String virtualService(int number, String path) {
        return "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: vs" + number
                + "}, spec: {hosts: [h"
                + number + ".example.com], gateways: [gw], http: [{match: [{uri: {prefix: " + path
                + "}}], route: [{destination: {host: s" + number % SERVICES
                + ".local}}]}, {route: [{destination: {host: s0.local}}]}]}}\n---\n";
    }

    /** All of them, by a compiler that knows nothing yet. */
    @Benchmark
    public Compilation full() {
        return new RouteTableCompiler(CompileSettings.of(Map.of())).compile(wanted);
    }

    /** One that changed, by a compiler that knows the others. */
    @Benchmark
    public Compilation oneChanged() {
        turn = 1 - turn;
        wanted.put(versions[turn].key(), versions[turn]);
        return compiler.compile(wanted);
    }
}
