package io.convergate.routing.balance;

import java.nio.charset.StandardCharsets;

/**
 * Endpoints by the hash of a request: equal hashes lead to equal endpoints, and when endpoints come or go, most hashes lead
 * where they led. Immutable; any thread. Picking allocates nothing.
 */
public sealed interface HashTable permits HashRing, Maglev {
    /** The index of the endpoint. */
    int pick(long hash);

    /** A hash of 64 bits of a text: FNV-1a, with the finish of MurmurHash3 so that all bits count. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** Another hash from one; all bits of it depend on all of the other. */
    static long mix(long hash) {
        long h = hash;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}
