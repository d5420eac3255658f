package io.convergate.config;

/**
 * A member of the cluster.
 *
 * @param name the name its operator gave it; its address if it is not known yet
 * @param address where its cluster transport listens, {@code host:port}; this is what tells members apart
 */
public record MemberId(String name, String address) implements Comparable<MemberId> {
    @Override
    public int compareTo(MemberId other) {
        return address.compareTo(other.address);
    }

    @Override
    public String toString() {
        return name + "@" + address;
    }
}
