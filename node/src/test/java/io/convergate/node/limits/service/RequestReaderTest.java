package io.convergate.node.limits.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.limits.service.RateLimitRequest.Brought;
import io.convergate.node.limits.service.RateLimitRequest.Descriptor;
import io.convergate.routing.descriptor.Entry;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests byte by byte, by the field numbers of Envoy's API. */
class RequestReaderTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void aRequestIsReadFieldByField() {
        byte[] bytes = bytes(
                "0a 01 64" // domain: d
                        + "12 10" // descriptors
                        + "  0a 06 0a 01 6b 12 01 76" // entries: k, v
                        + "  12 04 08 05 10 07" // limit: 5 a WEEK
                        + "  1a 00" // hits_addend: 0
                        + "12 05 0a 03 0a 01 6b" // descriptors: k with no value
                        + "18 ac 02" // hits_addend: 300
                        + "a2 06 02 68 69"); // field 100, of which nobody knows

        assertThat(RequestReader.read(bytes))
                .isEqualTo(new ReceivedRequest.Readable(new RateLimitRequest(
                        "d",
                        List.of(
                                new Descriptor(
                                        List.of(new Entry("k", "v")),
                                        Optional.of(new Brought(5, Unit.WEEK)),
                                        OptionalLong.of(0)),
                                new Descriptor(List.of(new Entry("k", "")), Optional.empty(), OptionalLong.empty())),
                        300)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                            | no domain (expected: a domain)",
                "0a 01 64                    | no descriptors (expected: one or more)",
                "0a 01 64 12 00              | a descriptor without entries (expected: one or more)",
                "0a 01 64 12 0a 0a 03 0a 01 6b 12 03 08 05 | no RateLimitRequest",
                "0a 01 64 12 09 0a 03 0a 01 6b 12 02 08 05 | unit 0 in a limit of the request",
                "0a 01 64 12 0b 0a 03 0a 01 6b 12 04 08 05 10 08 | unit 8 in a limit of the request",
                "0a 01 64 12 0f 0a 03 0a 01 6b 12 08 08 81 94 eb dc 03 10 01 | 1000000001 requests_per_unit",
                "0a 05 64                    | no RateLimitRequest",
                "0a 01 ff                    | no RateLimitRequest",
                "0a 01 64 12 ff ff ff ff 0f  | no RateLimitRequest",
                "ff ff ff ff ff ff ff ff ff ff ff | no RateLimitRequest",
                "0c                          | no RateLimitRequest",
            })
    void whatCannotBeReadIsSaid(String hex, String problem) {
        assertThat(RequestReader.read(bytes(hex == null ? "" : hex)))
                .isInstanceOfSatisfying(ReceivedRequest.Unreadable.class, unreadable -> assertThat(unreadable.problem())
                        .startsWith(problem));
    }

    @Test
    void noBytesMakeItFail() {
        long seed = 20261126;
        Random random = new Random(seed);
        byte[] good = bytes("0a 01 64 12 10 0a 06 0a 01 6b 12 01 76 12 04 08 05 10 07 1a 02 08 03 18 ac 02");
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(RequestReader.read(bytes))
                    .as("seed %s, round %s", seed, i)
                    .isNotNull();
        }
    }
}
