package io.convergate.loadgen.origin;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.net.JsonFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Reads a {@link Misbehaviour} from JSON, strictly: {@code {"kind": "slow", "delayMs": 200, "share": 0.1}}. */
final class MisbehaviourJson {
    private static final Map<String, Function<JsonFields, Misbehaviour>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("die", fields -> fields.nothingElse().made(Misbehaviour.Die::new));
        KINDS.put("hang", fields -> {
            double share = share(fields);
            return fields.nothingElse().made(() -> new Misbehaviour.Hang(share));
        });
        KINDS.put("slow", fields -> {
            long delayMs = fields.whole("delayMs");
            long jitterMs = fields.whole("jitterMs", 0);
            double share = share(fields);
            return fields.nothingElse().made(() -> new Misbehaviour.Slow(delayMs, jitterMs, share));
        });
        KINDS.put("errors", fields -> {
            long status = fields.whole("status");
            double share = share(fields);
            return fields.nothingElse()
                    .made(() -> new Misbehaviour.Errors((int) Math.max(-1, Math.min(1_000, status)), share));
        });
        KINDS.put("malformed", fields -> {
            String word = fields.oneOf("malformation", Malformation.names());
            double share = share(fields);
            Malformation malformation =
                    Malformation.values()[Malformation.names().indexOf(word)];
            return fields.nothingElse().made(() -> new Misbehaviour.Malformed(malformation, share));
        });
        KINDS.put("close-mid-body", fields -> {
            double share = share(fields);
            return fields.nothingElse().made(() -> new Misbehaviour.CloseMidBody(share));
        });
        KINDS.put("reset", fields -> {
            double share = share(fields);
            return fields.nothingElse().made(() -> new Misbehaviour.Reset(share));
        });
    }

    private MisbehaviourJson() {}

    /** @throws IllegalArgumentException with {@code path: value (expected: rule)}, all mistakes in one line */
    static Misbehaviour read(JsonNode json) {
        JsonFields fields = JsonFields.of(json);
        return KINDS.get(fields.oneOf("kind", KINDS.keySet())).apply(fields);
    }

    /** Everybody, unless it says otherwise. */
    private static double share(JsonFields fields) {
        return fields.number("share", 1);
    }
}
