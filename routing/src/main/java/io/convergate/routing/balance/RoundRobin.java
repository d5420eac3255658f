package io.convergate.routing.balance;

/**
 * Each endpoint in turn, as often as its weight says and spread evenly: with weights 2 and 1 the order is 0, 0, 1.
 *
 * <p>Earliest deadline first, as in Envoy: an endpoint's next turn comes 1/weight after its last. The endpoints stand in a
 * binary heap by deadline, equal ones by index; a pick takes the first and puts it back, in logarithmic time.
 */
public final class RoundRobin implements Balancer {
    /** Deadlines are counted in parts of a turn, so that long division loses little; 2^32. */
    private static final long TURN = 1L << 32;

    /** When the first deadline passes this, all are set back; far from overflow. */
    private static final long FAR = 1L << 61;

    private final int[] weights;
    private final long[] deadlines;
    private final int[] heap;

    /**
     * @param weights the endpoints' weights, each at least 1
     * @param start how many picks to leave out, so that balancers made at the same time do not all begin with the same endpoint
     */
    public RoundRobin(int[] weights, int start) {
        this.weights = Balancer.requireWeights(weights);
        this.deadlines = new long[weights.length];
        this.heap = new int[weights.length];
        for (int i = 0; i < heap.length; i++) {
            heap[i] = i;
            deadlines[i] = TURN / weights[i];
        }
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
        if (deadlines[first] > FAR) {
            long base = deadlines[first];
            for (int i = 0; i < deadlines.length; i++) {
                deadlines[i] -= base;
            }
        }
        deadlines[first] += TURN / weights[first];
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

    private boolean isBefore(int a, int b) {
        return deadlines[a] != deadlines[b] ? deadlines[a] < deadlines[b] : a < b;
    }
}
