package io.convergate.node.limits.cluster;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.node.cluster.MessageSerializer;
import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import java.io.NotSerializableException;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;

/** {@link OwnerMessage} and {@link UsagePage} as bytes. */
final class LimitSerializer extends MessageSerializer {
    private static final int IDENTIFIER = 0x436f0010;
    private static final String ASKED = "A2";
    private static final String TOLD = "T2";

    /** Without the request that waits. */
    private static final String ASKED_1 = "A1";

    private static final String TOLD_1 = "T1";
    private static final String UNHELD = "N1";
    private static final String ANSWERED = "G1";
    private static final String WARM = "W1";
    private static final String PING = "P1";
    private static final String HERE = "H1";
    private static final String RECALL = "R1";
    private static final String PAGE = "U1";

    LimitSerializer(ExtendedActorSystem system) {
        super(
                system,
                IDENTIFIER,
                Map.ofEntries(
                        Map.entry(OwnerMessage.Asked.class, ASKED),
                        Map.entry(OwnerMessage.Told.class, TOLD),
                        Map.entry(OwnerMessage.Unheld.class, UNHELD),
                        Map.entry(OwnerMessage.Answered.class, ANSWERED),
                        Map.entry(OwnerMessage.Warm.class, WARM),
                        Map.entry(OwnerMessage.Ping.class, PING),
                        Map.entry(OwnerMessage.Here.class, HERE),
                        Map.entry(OwnerMessage.Recall.class, RECALL),
                        Map.entry(UsagePage.class, PAGE)));
    }

    @Override
    protected void write(Object message, ByteWriter out) {
        if (message instanceof OwnerMessage.Asked asked) {
            out.text(text(asked.replyTo())).i64(asked.id());
            ask(out, asked.ask());
        } else if (message instanceof OwnerMessage.Told told) {
            ask(out, told.ask());
            from(out, told.from());
        } else if (message instanceof OwnerMessage.Unheld unheld) {
            from(out.i64(unheld.node()), unheld.from());
        } else if (message instanceof OwnerMessage.Answered answered) {
            grant(out.i64(answered.id()), answered.grant());
        } else if (message instanceof OwnerMessage.Ping ping) {
            out.text(text(ping.replyTo()));
        } else if (message instanceof OwnerMessage.Here here) {
            out.text(here.key());
        } else if (message instanceof OwnerMessage.Recall recall) {
            out.text(recall.key().toString());
        } else if (message instanceof UsagePage page) {
            page.write(out);
        }
    }

    @Override
    protected Object read(String manifest, ByteReader in) throws NotSerializableException {
        return switch (manifest) {
            case ASKED -> new OwnerMessage.Asked(actor(in.text()), in.i64(), ask(in, true));
            case ASKED_1 -> new OwnerMessage.Asked(actor(in.text()), in.i64(), ask(in, false));
            case TOLD -> {
                Ask ask = ask(in, true);
                yield new OwnerMessage.Told(from(in), ask);
            }
            case TOLD_1 -> new OwnerMessage.Told(Optional.empty(), ask(in, false));
            case UNHELD -> {
                long node = in.i64();
                yield new OwnerMessage.Unheld(from(in), node);
            }
            case ANSWERED -> new OwnerMessage.Answered(in.i64(), grant(in));
            case PING -> new OwnerMessage.Ping(actor(in.text()));
            case HERE -> new OwnerMessage.Here(in.text());
            case RECALL -> new OwnerMessage.Recall(LimitKey.parse(in.text()));
            case WARM -> OwnerMessage.Warm.INSTANCE;
            case PAGE -> UsagePage.read(in);
            default -> throw new NotSerializableException(manifest);
        };
    }

    /** At the end, where nodes of before do not look, and have nothing. */
    private void from(ByteWriter out, Optional<ActorRef<OwnerMessage.ToNode>> from) {
        from.ifPresent(node -> out.text(text(node)));
    }

    private Optional<ActorRef<OwnerMessage.ToNode>> from(ByteReader in) {
        return in.hasMore() ? Optional.of(actor(in.text())) : Optional.empty();
    }

    private static void ask(ByteWriter out, Ask ask) {
        LimitSpec spec = ask.spec();
        if (spec instanceof LimitSpec.Rate rate) {
            out.u8(0).i64(rate.amount()).i64(rate.periodNanos()).i64(rate.burst());
        } else if (spec instanceof LimitSpec.Quota quota) {
            out.u8(1).i64(quota.amount()).u8(quota.window().ordinal());
        } else {
            out.u8(2).i64(spec.amount());
        }
        out.i64(ask.node())
                .i64(ask.version())
                .u8(ask.purpose().ordinal())
                .i64(ask.needed())
                .i64(ask.want())
                .i64(ask.held())
                .i64(ask.used())
                .i64(ask.window())
                .i64(ask.demandPerSecond())
                .i64(ask.lastOwner())
                .i64(ask.lastRemaining())
                .i64(ask.lastAgeNanos())
                .i64(ask.request());
    }

    private static Ask ask(ByteReader in, boolean withRequest) {
        LimitSpec spec =
                switch (in.u8()) {
                    case 0 -> new LimitSpec.Rate(in.i64(), in.i64(), in.i64());
                    case 1 -> new LimitSpec.Quota(in.i64(), Window.values()[in.u8()]);
                    default -> new LimitSpec.InFlight(in.i64());
                };
        long node = in.i64();
        long version = in.i64();
        Ask.Purpose purpose = Ask.Purpose.values()[in.u8()];
        return new Ask(
                node,
                spec,
                version,
                purpose,
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                withRequest ? in.i64() : 0);
    }

    private static void grant(ByteWriter out, Grant grant) {
        out.i64(grant.owner())
                .i64(grant.tokens())
                .i64(grant.ttlNanos())
                .i64(grant.window())
                .i64(grant.windowEndsInNanos())
                .i64(grant.remaining())
                .i64(grant.retryAfterNanos())
                .i64(grant.pauseNanos());
    }

    private static Grant grant(ByteReader in) {
        return new Grant(in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
    }
}
