package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    private static final long K0 = 0x0706050403020100L;
    private static final long K1 = 0x0f0e0d0c0b0a0908L;

    /** The first two vectors of SipHash's reference code, for 128 bits of output. */
    @Test
    void isSipHash() {
        assertThat(bytes(0)).isEqualTo(new LimitKey(0xe6a825ba047f81a3L, 0x930255c71472f66dL));
        assertThat(bytes(1)).isEqualTo(new LimitKey(0x44af996bd8c187daL, 0x45fc229b11597634L));
    }

    private static LimitKey bytes(int count) {
        KeyHash hash = new KeyHash().begin(K0, K1);
        for (int i = 0; i < count; i++) {
            hash.add((byte) i);
        }
        return hash.end().key();
    }

    @Test
    void differentPartsAreDifferentKeys() {
        List<LimitKey> keys = new ArrayList<>();
        keys.add(new KeyHash().begin(1, 2).addPart("ab").addPart("c").end().key());
        keys.add(new KeyHash().begin(1, 2).addPart("a").addPart("bc").end().key());
        keys.add(new KeyHash().begin(1, 2).addPart("abc").end().key());
        keys.add(new KeyHash().begin(1, 2).addPart("").end().key());
        keys.add(new KeyHash().begin(1, 2).addPart(null).end().key());
        keys.add(new KeyHash().begin(1, 2).end().key());
        keys.add(new KeyHash().begin(1, 3).end().key());
        for (int prefix : new int[] {0, 8, 24, 32}) {
            keys.add(new KeyHash()
                    .begin(1, 2)
                    .addAddress(new byte[] {10, 1, 2, 3}, prefix)
                    .end()
                    .key());
        }
        assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
    }

    @Test
    void addressesOfOneNetworkAreOneKey() {
        assertThat(key(new byte[] {10, 1, 2, 3}, 23)).isEqualTo(key(new byte[] {10, 1, 3, 99}, 23));
        assertThat(key(new byte[] {10, 1, 2, 3}, 24)).isNotEqualTo(key(new byte[] {10, 1, 3, 99}, 24));
    }

    private static LimitKey key(byte[] address, int prefix) {
        return new KeyHash().begin(1, 2).addAddress(address, prefix).end().key();
    }

    @Test
    void findsItsKeyInATable() {
        ConcurrentHashMap<Object, String> table = new ConcurrentHashMap<>();
        KeyHash hash = new KeyHash();
        for (int i = 0; i < 1_000; i++) {
            table.put(hash.begin(1, 2).addPart("k" + i).end().key(), "v" + i);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(table.get(hash.begin(1, 2).addPart("k" + i).end())).isEqualTo("v" + i);
        }
        LimitKey key = hash.key();
        assertThat(LimitKey.parse(key.toString())).isEqualTo(key);
    }
}
