package io.convergate.loadgen.fault;

import io.convergate.loadgen.origin.Misbehaviour;
import io.convergate.loadgen.origin.OriginControl;
import java.util.Optional;

/**
 * An upstream misbehaves. Its end lets it behave again.
 *
 * @param origin the label of the origin
 */
public record UpstreamFault(String origin, Misbehaviour misbehaviour) implements Fault {
    @Override
    public String kind() {
        return "upstream-" + misbehaviour.kind();
    }

    @Override
    public String target() {
        return origin;
    }

    @Override
    public String detail() {
        return misbehaviour.toString();
    }

    @Override
    public Optional<String> impossible(Stage stage) {
        return stage.origin(origin).isPresent()
                ? Optional.empty()
                : Optional.of("there is no origin " + origin + " here (expected: one of " + stage.origins() + ")");
    }

    @Override
    public Inflicted begin(Stage stage) {
        OriginControl control = stage.origin(origin).orElseThrow();
        long before = control.spoiled();
        control.misbehave(misbehaviour);
        return Inflicted.of(() -> proof(control.spoiled() - before), control::heal);
    }

    private Proof proof(long spoiled) {
        String what = misbehaviour instanceof Misbehaviour.Die ? "times it closed its port" : "requests met it";
        return Proof.of(spoiled > 0, "%,d %s".formatted(spoiled, what));
    }
}
