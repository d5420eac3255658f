package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.membership.Election.Step;
import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionTest {
    private static final Duration ROUND = Duration.ofMillis(500);
    private static final NodeAddress A = node(1);
    private static final NodeAddress B = node(2);
    private static final NodeAddress C = node(3);

    private long nanos;

    @Test
    void aNodeThatKnowsNobodyFormsAtOnce() {
        assertThat(election(A, List.of(A)).round("")).isInstanceOf(Step.Form.class);
    }

    @Test
    void aNodeThatHearsNobodyWaitsForEver() {
        Election election = election(A, List.of(A, B, C));
        for (int i = 0; i < 1000; i++) {
            assertThat(election.round("")).isInstanceOf(Step.Wait.class);
            nanos += ROUND.toNanos();
        }
    }

    @Test
    void whoHasAClusterIsJoinedTheLargestFirst() {
        Election election = election(A, List.of(A, B, C));
        election.hear(new Answer(B, Standing.MEMBER, List.of(B), 0));
        election.hear(new Answer(C, Standing.MEMBER, List.of(C, node(4)), 0));
        assertThat(election.round("")).isEqualTo(new Step.Join(List.of(C, node(4))));
    }

    @Test
    void aMajorityOfVotesFormsACluster() {
        Election election = election(A, List.of(A, B, C));
        election.hear(new Answer(B, Standing.FREE, List.of(), 0));
        Step step = election.round("");
        assertThat(step).isInstanceOf(Step.Campaign.class);
        assertThat(election.elected()).isFalse();
        election.hear(new Answer(B, Standing.FREE, List.of(), ((Step.Campaign) step).number()));
        assertThat(election.elected()).isTrue();
    }

    @Test
    void aVoteBindsUntilItsLeaseIsOver() {
        Election election = election(B, List.of(A, B, C));
        assertThat(election.vote(A)).isTrue();
        assertThat(election.vote(C)).isFalse();
        assertThat(election.vote(A)).isTrue();
        nanos += Election.LEASE.toNanos() + 1;
        assertThat(election.vote(C)).isTrue();
    }

    @Test
    void oldAnswersAndOldVotesDoNotCount() {
        Election election = election(A, List.of(A, B, C));
        election.hear(new Answer(B, Standing.FREE, List.of(), 0));
        Step.Campaign campaign = (Step.Campaign) election.round("");
        nanos += Election.CANDIDACY.toNanos() + 1;
        election.hear(new Answer(B, Standing.JOINING, List.of(), campaign.number()));
        assertThat(election.elected()).isFalse();
        assertThat(election.round("")).isInstanceOf(Step.Wait.class);
    }

    /** Nodes that start at random moments and lose a quarter of all messages: one forms, all others join it. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void oneNodeFormsWhoeverStartsFirstAndWhateverIsLost(long seed) {
        Random random = new Random(seed);
        int size = 3 + random.nextInt(4);
        List<NodeAddress> all = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            all.add(node(i));
        }
        Simulation simulation = new Simulation(random);
        for (int round = 0; round < 1000 && simulation.members.size() < size; round++) {
            nanos += ROUND.toNanos();
            if (random.nextInt(3) == 0) {
                simulation.running.computeIfAbsent(all.get(random.nextInt(size)), self -> election(self, all));
            }
            simulation.round();
        }
        assertThat(simulation.formed).hasSize(1);
        assertThat(simulation.members).containsExactlyInAnyOrderElementsOf(all);
    }

    private static final class Simulation {
        private final Random random;
        private final Map<NodeAddress, Election> running = new HashMap<>();
        private final List<NodeAddress> formed = new ArrayList<>();
        private final Set<NodeAddress> members = new HashSet<>();

        Simulation(Random random) {
            this.random = random;
        }

        void round() {
            List<NodeAddress> order = new ArrayList<>(running.keySet());
            order.removeAll(members);
            Collections.shuffle(order, random);
            order.forEach(this::turn);
        }

        private void turn(NodeAddress self) {
            Election election = running.get(self);
            ask(self, 0);
            Step step = election.round("");
            if (step instanceof Step.Campaign campaign) {
                ask(self, campaign.number());
            }
            if (step instanceof Step.Join) {
                members.add(self);
            } else if (step instanceof Step.Form || election.elected()) {
                formed.add(self);
                members.add(self);
            }
        }

        private void ask(NodeAddress self, long campaign) {
            running.forEach((other, election) -> {
                if (!other.equals(self) && random.nextInt(4) != 0) {
                    running.get(self).hear(answer(other, election, self, campaign));
                }
            });
        }

        private Answer answer(NodeAddress other, Election election, NodeAddress candidate, long campaign) {
            if (members.contains(other)) {
                return new Answer(other, Standing.MEMBER, List.copyOf(members), 0);
            }
            boolean vote = campaign != 0 && election.vote(candidate);
            return new Answer(other, Standing.FREE, List.of(), vote ? campaign : 0);
        }
    }

    private Election election(NodeAddress self, List<NodeAddress> all) {
        return new Election(self, all, ROUND.multipliedBy(3), () -> nanos);
    }

    private static NodeAddress node(int number) {
        return new NodeAddress("10.0.0." + number, 17355);
    }
}
