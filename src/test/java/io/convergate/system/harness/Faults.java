package io.convergate.system.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fault.Fault;
import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Loadgen's faults in a test: a fault that this machine cannot do skips the test, with a printed reason. */
public final class Faults implements AutoCloseable {
    private final Stage stage;
    private final FaultInjector injector;

    private Faults(Fleet fleet) {
        stage = new Stage(fleet);
        injector = new FaultInjector(stage, new io.convergate.loadgen.fault.Timeline());
        injector.timeline()
                .listen(event -> Timeline.say(
                        "%s %s: %s",
                        event.kind(), event.phase(), event.detail().isEmpty() ? event.target() : event.detail()));
    }

    /** Faults for a fleet. */
    public static Faults in(Fleet fleet) {
        return new Faults(fleet);
    }

    /** A fault that is made of a node and all nodes, by their names. */
    public Fault of(GatewayNode node, BiFunction<String, List<String>, ? extends Fault> maker) {
        return maker.apply(node.name(), stage.nodes());
    }

    /** Begins a fault, or skips the test. */
    public FaultInjector.Active begin(Fault fault) {
        Optional<String> reason = injector.impossible(fault);
        reason.ifPresent(why -> Timeline.say("SKIPPED: %s: %s", fault.kind(), why));
        assumeTrue(reason.isEmpty(), reason.orElse(""));
        return injector.begin(fault);
    }

    @Override
    public void close() {
        injector.close();
        stage.close();
    }
}
