package io.convergate.routing.validate;

import io.convergate.routing.model.LoadBalancer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Istio's rules for localities, {@code region/zone/subzone} with a {@code *} for what follows: validateLocalityLbSetting. */
final class Localities {
    private Localities() {}

    static void validate(String path, LoadBalancer.Locality locality, Findings findings) {
        List<String> from = new ArrayList<>();
        for (int i = 0; i < locality.distribute().size(); i++) {
            LoadBalancer.Distribute share = locality.distribute().get(i);
            String at = path + ".distribute[" + i + "]";
            add(at + ".from", share.from(), from, findings);
            List<String> to = new ArrayList<>();
            share.to().keySet().stream().sorted().forEach(name -> add(at + ".to", name, to, findings));
            long sum = share.to().values().stream().mapToLong(Long::longValue).sum();
            boolean inBounds = share.to().values().stream().allMatch(weight -> weight >= 1 && weight <= 100);
            findings.require(
                    inBounds && sum == 100, at + ".to", "weights that sum to " + sum, "each from 1, in all 100");
        }
        failover(path + ".failover", locality.failover(), findings);
        for (int i = 0; i < locality.failoverPriority().size(); i++) {
            String label = locality.failoverPriority().get(i);
            int equals = label.indexOf('=');
            findings.require(
                    !label.isEmpty() && equals != 0 && equals == label.lastIndexOf('='),
                    path + ".failoverPriority[" + i + "]",
                    '"' + label + '"',
                    "a label, or label=value");
        }
    }

    /** Regions that take over; an area smaller than a region cannot. */
    static void failover(String path, List<LoadBalancer.Failover> failover, Findings findings) {
        Set<String> regions = new HashSet<>();
        for (int i = 0; i < failover.size(); i++) {
            LoadBalancer.Failover pair = failover.get(i);
            String at = path + "[" + i + "]";
            findings.require(!pair.from().equals(pair.to()), at, pair.from() + " to itself", "another region");
            region(at + ".from", pair.from(), findings);
            region(at + ".to", pair.to(), findings);
            findings.require(regions.add(pair.from()), at + ".from", pair.from() + " again", "each region once");
        }
    }

    private static void region(String path, String region, Findings findings) {
        findings.require(
                !region.isEmpty() && region.indexOf('/') < 0 && region.indexOf('*') < 0,
                path,
                '"' + region + '"',
                "a region alone");
    }

    /** Checks a locality, and that none of those before has anything in common with it. */
    private static void add(String path, String locality, List<String> others, Findings findings) {
        String[] parts = locality.split("/", -1);
        boolean good = parts.length <= 3;
        for (int i = 0; i < parts.length; i++) {
            good &= !parts[i].isEmpty();
            good &= parts[i].indexOf('*') < 0 || parts[i].equals("*") && i == parts.length - 1;
        }
        findings.require(good, path, '"' + locality + '"', "region/zone/subzone, a * only as the last of them");
        for (String other : others) {
            findings.require(!overlap(locality, other), path, locality, "nothing in common with " + other);
        }
        others.add(locality);
    }

    private static boolean overlap(String one, String other) {
        String[] a = one.split("/", -1);
        String[] b = other.split("/", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            if (a[i].equals("*") || b[i].equals("*")) {
                return true;
            }
            if (!a[i].equals(b[i])) {
                return false;
            }
        }
        return true;
    }
}
