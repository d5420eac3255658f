package io.convergate.routing.balance;

import java.util.List;

/**
 * How groups of endpoints share the requests to an upstream. Envoy's rules, in its whole percents: a priority is as able as its healthy
 * endpoints times 1.4, up to all; it takes so much of what the ones before it left, and if all of them together cannot take
 * everything, each takes in proportion (priority levels, overprovisioning factor 140). Groups of one priority share by weight, each
 * again times 1.4 times its healthy part (locality weighted load balancing). If the priorities together cannot take everything,
 * those with fewer healthy endpoints than the panic percentage take their requests as if all were healthy (panic threshold).
 *
 * <p>Immutable; any thread. Picking allocates nothing.
 */
public final class GroupShares {
    /** Points from 0 to this, exclusive, fall to groups by their shares. */
    public static final int POINTS = 1_000_000;

    private static final int OVERPROVISIONING = 140;

    private final int[] upTo;
    private final boolean[] everybody;

    private GroupShares(int[] upTo, boolean[] everybody) {
        this.upTo = upTo;
        this.everybody = everybody;
    }

    /**
     * How a group is.
     *
     * @param priority its priority, from 0; no number is left out
     * @param weight its weight among those of the same priority, at least 1
     * @param healthy how many of its endpoints may be picked
     * @param total how many there are
     */
    public record Standing(int priority, int weight, int healthy, int total) {}

    /**
     * The shares of these groups.
     *
     * @param panicPercent below so many percent healthy endpoints all of a priority count; 0 for never
     */
    public static GroupShares of(List<Standing> groups, int panicPercent) {
        int priorities = groups.stream().mapToInt(Standing::priority).max().orElse(-1) + 1;
        int[] healthy = new int[priorities];
        int[] total = new int[priorities];
        for (Standing group : groups) {
            healthy[group.priority] += group.healthy;
            total[group.priority] += group.total;
        }
        int[] ability = new int[priorities];
        int sum = 0;
        for (int p = 0; p < priorities; p++) {
            ability[p] = total[p] == 0 ? 0 : (int) Math.min(100, (long) OVERPROVISIONING * healthy[p] / total[p]);
            sum += ability[p];
        }
        boolean[] panics = new boolean[priorities];
        boolean all = panicPercent > 0;
        for (int p = 0; p < priorities; p++) {
            panics[p] = sum < 100 && 100L * healthy[p] < (long) panicPercent * total[p];
            all &= panics[p] || total[p] == 0;
        }
        int[] loads = all ? loads(total, total) : loads(ability, healthy);
        return shares(groups, loads, panics);
    }

    /** Whole percents by ability, each as much as it can of what is left; what rounding leaves falls to the first that is able. */
    private static int[] loads(int[] ability, int[] able) {
        long sum = 0;
        for (int one : ability) {
            sum += one;
        }
        int[] loads = new int[ability.length];
        // Abilities are percents: together less than everything, they are stretched; more, the first ones take it all.
        boolean counts = ability == able;
        long whole = counts ? sum : Math.min(100, sum);
        int left = sum == 0 ? 0 : 100;
        for (int p = 0; p < loads.length && whole > 0; p++) {
            loads[p] = (int) Math.min(left, 100L * ability[p] / whole);
            left -= loads[p];
        }
        for (int p = 0; p < loads.length; p++) {
            if (able[p] > 0) {
                loads[p] += left;
                break;
            }
        }
        return loads;
    }

    private static GroupShares shares(List<Standing> groups, int[] loads, boolean[] panics) {
        double[] sums = new double[loads.length];
        double[] weights = new double[groups.size()];
        boolean[] everybody = new boolean[groups.size()];
        for (int i = 0; i < weights.length; i++) {
            Standing group = groups.get(i);
            everybody[i] = panics[group.priority];
            int counted = everybody[i] ? group.total : group.healthy;
            double part = group.total == 0 ? 0 : Math.min(1, OVERPROVISIONING / 100.0 * counted / group.total);
            weights[i] = group.weight * part;
            sums[group.priority] += weights[i];
        }
        int[] upTo = new int[weights.length];
        double reached = 0;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            int priority = groups.get(i).priority;
            if (weights[i] > 0 && loads[priority] > 0) {
                reached += loads[priority] / 100.0 * weights[i] / sums[priority];
                last = i;
            }
            upTo[i] = (int) Math.round(reached * POINTS);
        }
        for (int i = last; i >= 0 && i < upTo.length; i++) {
            upTo[i] = POINTS;
        }
        return new GroupShares(upTo, everybody);
    }

    /** The index of the group that a point falls to; -1 if no group has an endpoint to pick. */
    public int pick(int point) {
        for (int i = 0; i < upTo.length; i++) {
            if (point < upTo[i]) {
                return i;
            }
        }
        return -1;
    }

    /** The share of a group, 0 to 1. */
    public double share(int group) {
        return (upTo[group] - (group == 0 ? 0 : upTo[group - 1])) / (double) POINTS;
    }

    /** Whether the unhealthy endpoints of a group get requests like the others, because too few are healthy. */
    public boolean everybody(int group) {
        return everybody[group];
    }
}
