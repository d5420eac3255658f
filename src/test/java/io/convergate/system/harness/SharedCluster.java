package io.convergate.system.harness;

import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.FleetPlan;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link Fleet} of three nodes, without configuration. All tests share one, because starting it costs
 * seconds and because a cluster that went through much is the better test; one that a test left broken is replaced.
 */
public final class SharedCluster implements ParameterResolver, BeforeEachCallback, AfterTestExecutionCallback {
    private static final int SIZE = 3;
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Namespace NAMESPACE = Namespace.create(SharedCluster.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        Timeline.say("==== %s: %s", context.getRequiredTestClass().getSimpleName(), context.getDisplayName());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Fleet.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store store = context.getRoot().getStore(NAMESPACE);
        Held held = store.get(Held.class, Held.class);
        if (held != null && !held.cluster().isWhole()) {
            Timeline.say("the shared cluster is not whole any more; another one takes its place");
            held.close();
            held = null;
        }
        if (held == null) {
            held = new Held(Fleet.start(plan()));
            store.put(Held.class, held);
        }
        held.cluster().node(1).admin().deleteAll();
        return held.cluster();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Held held = context.getRoot().getStore(NAMESPACE).get(Held.class, Held.class);
        if (held != null && context.getExecutionException().isPresent()) {
            Timeline.say(
                    "failed: %s\n%s",
                    context.getExecutionException().get(), held.cluster().lastWords());
        }
    }

    private static FleetPlan plan() {
        Path directory = Path.of(System.getProperty("convergate.logs", "target/nodes"))
                .resolve("cluster" + NUMBER.incrementAndGet() + "-"
                        + ProcessHandle.current().pid());
        return FleetPlan.of(Driver.local(), SIZE, directory).saying(said -> Timeline.say("%s", said));
    }

    /** JUnit closes it after the last test. */
    private record Held(Fleet cluster) implements Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            cluster.close();
        }
    }
}
