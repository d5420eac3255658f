package io.convergate.node.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestIdsTest {
    @Test
    void isARandomUuid() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = RequestIds.next();
            assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            UUID uuid = UUID.fromString(id);
            assertThat(uuid.toString()).isEqualTo(id);
            assertThat(uuid.version()).isEqualTo(4);
            assertThat(uuid.variant()).isEqualTo(2);
            seen.add(id);
        }
        assertThat(seen).hasSize(10_000);
    }

    @Test
    void everyOtherBitIsRandom() {
        long ones = 0;
        long zeros = 0;
        for (int i = 0; i < 1_000; i++) {
            UUID uuid = UUID.fromString(RequestIds.next());
            ones |= uuid.getMostSignificantBits();
            zeros |= ~uuid.getMostSignificantBits();
        }
        assertThat(ones & zeros).isEqualTo(0xffff_ffff_ffff_0fffL);
    }

    @ParameterizedTest
    @CsvSource({
        "b0e5f1c2-3d4e-4f5a-8b6c-7d8e9f0a1b2c,true",
        "x,true",
        "'',false",
        "a b,false",
        "a\"b,false",
        "a\tb,false",
        "a\u00e4,false",
    })
    void clientsIdIsKeptIfItIsHarmless(String id, boolean kept) {
        assertThat(RequestIds.isAcceptable(id)).isEqualTo(kept);
    }

    @Test
    void longIdIsNotKept() {
        assertThat(RequestIds.isAcceptable("a".repeat(128))).isTrue();
        assertThat(RequestIds.isAcceptable("a".repeat(129))).isFalse();
    }
}
