package io.convergate.loadgen.fault;

import io.convergate.loadgen.fault.proxy.Effect;
import io.convergate.loadgen.fault.proxy.ProxyLink;
import io.convergate.loadgen.fault.proxy.Toxic;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A link that goes through the fault proxy is spoiled. Its end makes it good again; what was held up goes on. */
public sealed interface LinkFault extends Fault {
    /** What spoils it. */
    Effect effect();

    @Override
    default String kind() {
        return "link-" + effect().type().replace('_', '-');
    }

    /** Between nodes: in the directions that are named, on whichever side's connection the bytes travel. */
    record Between(List<Link> links, Effect effect) implements LinkFault {
        public Between {
            links = List.copyOf(links);
            if (links.isEmpty()) {
                throw new IllegalArgumentException("no links (expected: at least one)");
            }
        }

        /** All directions between a node and the others. */
        public static Between around(String node, List<String> all, Effect effect) {
            List<Link> links = all.stream()
                    .filter(other -> !other.equals(node))
                    .flatMap(other -> Stream.of(new Link(node, other), new Link(other, node)))
                    .toList();
            return new Between(links, effect);
        }

        @Override
        public String target() {
            return links.stream().map(Link::toString).collect(Collectors.joining(", "));
        }

        @Override
        public String detail() {
            return effect.toString();
        }

        @Override
        public Optional<String> impossible(Stage stage) {
            return links.stream()
                    .flatMap(
                            link -> stage
                                    .noNode(link.from())
                                    .or(() -> stage.noNode(link.to()))
                                    .or(() -> stage.notLed(link))
                                    .stream())
                    .findFirst();
        }

        @Override
        public Inflicted begin(Stage stage) {
            return inflicted(links.stream()
                    .flatMap(link -> {
                        Link back = new Link(link.to(), link.from());
                        return Stream.of(
                                put(stage.led(link), Toxic.Stream.UPSTREAM, effect),
                                put(stage.led(back), Toxic.Stream.DOWNSTREAM, effect));
                    })
                    .toList());
        }
    }

    /**
     * Between clients and a node, or a node and an upstream: any links of the stage's proxy, in both directions.
     *
     * @param links their names at the proxy
     */
    record Through(List<String> links, Effect effect) implements LinkFault {
        public Through {
            links = List.copyOf(links);
            if (links.isEmpty()) {
                throw new IllegalArgumentException("no links (expected: at least one)");
            }
        }

        @Override
        public String target() {
            return String.join(", ", links);
        }

        @Override
        public String detail() {
            return effect.toString();
        }

        @Override
        public Optional<String> impossible(Stage stage) {
            return links.stream()
                    .filter(link -> stage.proxyLink(link).isEmpty())
                    .findFirst()
                    .map(link -> "no link " + link + " goes through the fault proxy");
        }

        @Override
        public Inflicted begin(Stage stage) {
            return inflicted(links.stream()
                    .map(link -> stage.proxyLink(link).orElseThrow())
                    .flatMap(link -> Arrays.stream(Toxic.Stream.values()).map(stream -> put(link, stream, effect)))
                    .toList());
        }
    }

    /** So that two faults of a kind on one link do not replace each other. */
    AtomicLong NUMBER = new AtomicLong();

    /**
     * A toxic on a link.
     *
     * @param name its name there
     * @param takenBefore how many connections the link had taken when it came, without those that were open
     */
    record Put(ProxyLink link, String name, long takenBefore) {}

    private static Put put(ProxyLink link, Toxic.Stream stream, Effect effect) {
        String name = "fault-" + NUMBER.incrementAndGet();
        long before = link.taken() - link.connections();
        link.put(new Toxic(name, stream, 1, effect));
        return new Put(link, name, before);
    }

    private static Inflicted inflicted(List<Put> toxics) {
        return Inflicted.of(
                () -> {
                    long met = toxics.stream()
                            .mapToLong(put -> put.link().taken() - put.takenBefore())
                            .sum();
                    return Proof.of(met > 0, "%,d connections met it".formatted(met));
                },
                () -> toxics.forEach(put -> put.link().remove(put.name())));
    }
}
