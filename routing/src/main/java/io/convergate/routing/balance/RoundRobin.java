package io.convergate.routing.balance;

/**
 * Each endpoint in turn, as often as its weight says and spread evenly: with weights 2 and 1 the order is 0, 0, 1.
 *
 * <p>Earliest deadline first, as in Envoy: an endpoint's n-th turn is due at n/weight. Deadlines are kept as fractions and
 * compared exactly, so that any weights are met to the last pick: after as many picks as the weights sum to, each endpoint had as
 * many as its weight, and all counts begin again. The endpoints stand in a binary heap by deadline, equal ones by
 * index; a pick takes the first and puts it back, in logarithmic time.
 */
public final class RoundRobin implements Balancer {
    private final int[] weights;
    private final long cycle;
    private final int[] turns;
    private final int[] heap;
    private long picked;

    /**
     * @param weights the endpoints' weights, each at least 1
     * @param start how many picks to leave out, so that balancers made at the same time do not all begin with the same endpoint
     */
    public RoundRobin(int[] weights, int start) {
        this.weights = Balancer.requireWeights(weights);
        this.turns = new int[weights.length];
        this.heap = new int[weights.length];
        long sum = 0;
        for (int i = 0; i < heap.length; i++) {
            heap[i] = i;
            sum += this.weights[i];
        }
        this.cycle = sum;
        for (int i = heap.length / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
        for (int i = 0; i < start % heap.length; i++) {
            pick();
        }
    }

    @Override
    public int pick() {
        int first = heap[0];
        turns[first]++;
        if (++picked == cycle) {
            // Everybody had as many turns as its weight: all deadlines are later by one, which changes no order.
            picked = 0;
            java.util.Arrays.fill(turns, 0);
        }
        siftDown(0);
        return first;
    }

    private void siftDown(int from) {
        int at = from;
        int moving = heap[at];
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], moving)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    /** Whether (turns + 1) / weight of one is less than that of the other; both products are below 2^62. */
    private boolean isBefore(int a, int b) {
        long left = (turns[a] + 1L) * weights[b];
        long right = (turns[b] + 1L) * weights[a];
        return left != right ? left < right : a < b;
    }
}
