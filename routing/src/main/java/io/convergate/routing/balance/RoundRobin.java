package io.convergate.routing.balance;

/**
 * Each endpoint in turn, in proportion to its weight and as evenly spread as that allows: nginx's smooth weighted round
 * robin. With every pick each endpoint gains its weight; the one that has most is picked and pays the sum of all. Confined
 * to one thread.
 */
final class RoundRobin implements Balancer {
    private final int[] weights;
    private final long[] credit;
    private final long sum;
    private final boolean even;
    private int next;

    /** @param start which endpoint is first, so that the loops of a node do not all begin with the same one */
    RoundRobin(int[] weights, int start) {
        this.weights = weights.clone();
        this.credit = new long[weights.length];
        this.next = start;
        long total = 0;
        boolean same = true;
        for (int weight : weights) {
            total += weight;
            same &= weight == weights[0];
        }
        this.sum = total;
        this.even = same;
        credit[start] = 1;
    }

    @Override
    public int pick() {
        if (even) {
            int picked = next;
            next = picked + 1 == weights.length ? 0 : picked + 1;
            return picked;
        }
        int best = 0;
        for (int i = 0; i < weights.length; i++) {
            credit[i] += weights[i];
            if (credit[i] > credit[best]) {
                best = i;
            }
        }
        credit[best] -= sum;
        return best;
    }
}
