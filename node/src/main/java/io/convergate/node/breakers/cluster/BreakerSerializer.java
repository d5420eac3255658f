package io.convergate.node.breakers.cluster;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.node.cluster.MessageSerializer;
import io.convergate.routing.breaker.BreakerOwner;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.Ruling;
import io.convergate.routing.outlier.EjectionOwner;
import java.io.NotSerializableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;

/** {@link BreakerMessage} as bytes. */
final class BreakerSerializer extends MessageSerializer {
    private static final int IDENTIFIER = 0x436f0012;
    private static final String REPORTED = "R1";
    private static final String PROBED = "P1";
    private static final String DECIDED = "D1";
    private static final String ASKED = "A1";
    private static final String KNOWN = "K1";
    private static final String EJECTING = "E1";
    private static final String EJECTED = "J1";

    BreakerSerializer(ExtendedActorSystem system) {
        super(
                system,
                IDENTIFIER,
                Map.ofEntries(
                        Map.entry(BreakerMessage.Reported.class, REPORTED),
                        Map.entry(BreakerMessage.Probed.class, PROBED),
                        Map.entry(BreakerMessage.Decided.class, DECIDED),
                        Map.entry(BreakerMessage.Asked.class, ASKED),
                        Map.entry(BreakerMessage.Known.class, KNOWN),
                        Map.entry(BreakerMessage.Ejecting.class, EJECTING),
                        Map.entry(BreakerMessage.Ejected.class, EJECTED)));
    }

    @Override
    protected void write(Object message, ByteWriter out) {
        if (message instanceof BreakerMessage.Reported reported) {
            BreakerOwner.Terms terms = reported.terms();
            BreakerOwner.Report report = reported.report();
            out.i32(terms.minimumCalls())
                    .i32(terms.minObservers())
                    .i64(terms.open().base().toNanos())
                    .i64(Double.doubleToRawLongBits(terms.open().factor()))
                    .i64(terms.open().max().toNanos())
                    .i32(terms.open().jitterPercent());
            out.text(report.node()).u8(report.suspects() ? 1 : 0).i32(report.calls());
            ruling(out.u8(report.refuses() ? 1 : 0), report.known());
        } else if (message instanceof BreakerMessage.Probed probed) {
            out.i64(probed.epoch()).u8(probed.good() ? 1 : 0);
        } else if (message instanceof BreakerMessage.Decided decided) {
            decided(out, decided);
        } else if (message instanceof BreakerMessage.Asked asked) {
            out.text(text(asked.replyTo()));
        } else if (message instanceof BreakerMessage.Known known) {
            out.text(known.node()).u8(known.informed() ? 1 : 0).list(known.decided(), BreakerSerializer::decided);
        } else if (message instanceof BreakerMessage.Ejecting ejecting) {
            EjectionOwner.Report report = ejecting.report();
            times(out.text(report.node()).i32(report.endpoints()).i32(report.maxPercent()), report.ejected());
        } else if (message instanceof BreakerMessage.Ejected ejected) {
            times(out.text(ejected.upstream()), ejected.endpoints());
        }
    }

    @Override
    protected Object read(String manifest, ByteReader in) throws NotSerializableException {
        return switch (manifest) {
            case REPORTED -> new BreakerMessage.Reported(terms(in), report(in));
            case PROBED -> new BreakerMessage.Probed(in.i64(), in.u8() == 1);
            case DECIDED -> decided(in);
            case ASKED -> new BreakerMessage.Asked(actor(in.text()));
            case KNOWN -> new BreakerMessage.Known(in.text(), in.u8() == 1, in.list(BreakerSerializer::decided));
            case EJECTING ->
                new BreakerMessage.Ejecting(new EjectionOwner.Report(in.text(), in.i32(), in.i32(), times(in)));
            case EJECTED -> new BreakerMessage.Ejected(in.text(), times(in));
            default -> throw new NotSerializableException(manifest);
        };
    }

    private static void times(ByteWriter out, Map<String, Long> times) {
        out.list(times.entrySet(), (to, time) -> to.text(time.getKey()).i64(time.getValue()));
    }

    private static Map<String, Long> times(ByteReader in) {
        Map<String, Long> times = new HashMap<>();
        in.list(from -> times.put(from.text(), from.i64()) == null);
        return times;
    }

    private static BreakerOwner.Terms terms(ByteReader in) {
        int calls = in.i32();
        int observers = in.i32();
        Duration base = Duration.ofNanos(in.i64());
        double factor = Double.longBitsToDouble(in.i64());
        return new BreakerOwner.Terms(
                calls, observers, new OpenTime(base, factor, Duration.ofNanos(in.i64()), in.i32()));
    }

    private static BreakerOwner.Report report(ByteReader in) {
        return new BreakerOwner.Report(in.text(), in.u8() == 1, in.i32(), in.u8() == 1, ruling(in));
    }

    private static void decided(ByteWriter out, BreakerMessage.Decided decided) {
        ruling(out.text(decided.breaker()), decided.ruling());
    }

    private static BreakerMessage.Decided decided(ByteReader in) {
        return new BreakerMessage.Decided(in.text(), ruling(in));
    }

    private static void ruling(ByteWriter out, Ruling ruling) {
        out.i64(ruling.epoch())
                .u8(ruling.state().ordinal())
                .i64(ruling.forNanos())
                .i32(ruling.times())
                .text(ruling.prober());
    }

    private static Ruling ruling(ByteReader in) {
        long epoch = in.i64();
        BreakerState state = BreakerState.values()[in.u8()];
        return new Ruling(epoch, state, in.i64(), in.i32(), in.text());
    }
}
