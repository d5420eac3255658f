package io.convergate.loadgen.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Packets between nodes vanish, without a word to either side, as in a real cut. Clients and upstreams are not touched.
 *
 * @param kind the shape of the cut
 * @param target who is cut off from whom, in words
 * @param cuts the directions in which packets vanish
 * @param percent how many of them, 1 to 100, at random; below 100 the links are lossy
 */
public record PartitionFault(String kind, String target, List<Link> cuts, int percent) implements Fault {
    /** How often nodes send heartbeats, and half as long again. */
    private static final Duration HEARTBEATS = Duration.ofMillis(1_500);

    private static final int ALL = 100;

    public PartitionFault {
        cuts = List.copyOf(cuts);
        if (cuts.isEmpty()) {
            throw new IllegalArgumentException("no cuts (expected: at least one link)");
        }
        if (percent < 1 || percent > ALL) {
            throw new IllegalArgumentException("percent " + percent + " (expected: 1 to 100)");
        }
    }

    /** One node is not heard by another, and hears it. */
    public static PartitionFault oneWay(String from, String to) {
        return new PartitionFault("cut-one-way", from + " -> " + to, List.of(new Link(from, to)), ALL);
    }

    /** Two nodes do not hear each other. */
    public static PartitionFault twoWay(String one, String other) {
        return new PartitionFault("cut-two-way", one + " - " + other, between(List.of(one), List.of(other)), ALL);
    }

    /** A node and all others do not hear each other. */
    public static PartitionFault isolate(String node, List<String> all) {
        return new PartitionFault("isolate", node, between(List.of(node), without(all, List.of(node))), ALL);
    }

    /** A node is not heard by the others, and hears them. */
    public static PartitionFault mute(String node, List<String> all) {
        List<Link> cuts = without(all, List.of(node)).stream()
                .map(other -> new Link(node, other))
                .toList();
        return new PartitionFault("mute", node, cuts, ALL);
    }

    /** A node does not hear the others, and is heard by them. */
    public static PartitionFault deafen(String node, List<String> all) {
        List<Link> cuts = without(all, List.of(node)).stream()
                .map(other -> new Link(other, node))
                .toList();
        return new PartitionFault("deafen", node, cuts, ALL);
    }

    /** Two sides do not hear each other: those named, and the others. */
    public static PartitionFault split(List<String> side, List<String> all) {
        List<String> others = without(all, side);
        return new PartitionFault("split", side + " - " + others, between(side, others), ALL);
    }

    /** As in {@link #split}, but one node, on neither side, hears both and is heard by both. */
    public static PartitionFault bridge(String middle, List<String> side, List<String> all) {
        List<String> others = without(without(all, side), List.of(middle));
        List<String> rest = without(side, List.of(middle));
        return new PartitionFault("bridge", rest + " - " + others + " by way of " + middle, between(rest, others), ALL);
    }

    /** That share of what a node and all others send each other is lost. */
    public static PartitionFault lossy(String node, List<String> all, int percent) {
        return new PartitionFault("lossy", node, between(List.of(node), without(all, List.of(node))), percent);
    }

    private static List<String> without(List<String> all, List<String> some) {
        return all.stream().filter(name -> !some.contains(name)).toList();
    }

    /** Both directions between each of one and each of the others. */
    private static List<Link> between(List<String> some, List<String> others) {
        List<Link> links = new ArrayList<>();
        for (String one : some) {
            for (String other : others) {
                links.add(new Link(one, other));
                links.add(new Link(other, one));
            }
        }
        return links;
    }

    @Override
    public String detail() {
        String links = cuts.stream().map(Link::toString).collect(Collectors.joining(", "));
        return percent == ALL ? links : percent + " % of " + links;
    }

    @Override
    public Optional<String> impossible(Stage stage) {
        return cuts.stream()
                .flatMap(link -> stage.noNode(link.from()).or(() -> stage.noNode(link.to())).stream())
                .findFirst()
                .or(() -> stage.network().unusable());
    }

    @Override
    public Inflicted begin(Stage stage) {
        List<Link> connected = stage.network().connected(cuts);
        Network.Cut cut = stage.network().cut(cuts, percent);
        long begun = System.nanoTime();
        return Inflicted.of(
                () -> proof(
                        cut.dropped(),
                        nothingToLose(stage, connected)
                                .or(() -> tooShort(Duration.ofNanos(System.nanoTime() - begun)))),
                cut::heal);
    }

    /** Why there may have been no packets between any two of them, if there is a reason. */
    private Optional<String> nothingToLose(Stage stage, List<Link> connected) {
        if (connected.isEmpty()) {
            return Optional.of("they had no connection when it began, as while one of them starts");
        }
        return connected.stream().anyMatch(link -> runs(stage, link.from()) && runs(stage, link.to()))
                ? Optional.empty()
                : Optional.of("not all of them run");
    }

    /** Members that hear each other speak many times a second; one that has lost the others may send no more than its heartbeats. */
    static Optional<String> tooShort(Duration lasted) {
        return lasted.compareTo(HEARTBEATS) < 0
                ? Optional.of("it lasted " + lasted.toMillis()
                        + " ms, and nodes that have just lost each other may say nothing for a second")
                : Optional.empty();
    }

    private static boolean runs(Stage stage, String node) {
        return stage.node(node).isAlive();
    }

    /**
     * Whether packets were lost. Missing only between nodes that were connected when the cut began, were cut off for longer than a heartbeat
     * takes, and still run when it ends; of others nobody can tell.
     *
     * @param nothingToLose why there may have been no packets
     */
    static Proof proof(long dropped, Optional<String> nothingToLose) {
        String seen = "%,d packets were dropped".formatted(dropped);
        return dropped > 0 || nothingToLose.isEmpty()
                ? Proof.of(dropped > 0, seen)
                : Proof.unknown(seen + "; " + nothingToLose.get());
    }
}
