package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1, 17355",
        "10.0.0.1:99, 10.0.0.1, 99",
        "[fe80::1]:99, fe80::1, 99",
        "fe80::1, fe80::1, 17355",
    })
    void addressesAreReadWithAndWithoutAPort(String text, String host, int port) {
        NodeAddress address = NodeAddress.parse(text, 17355);
        assertThat(address).isEqualTo(new NodeAddress(host, port));
        assertThat(NodeAddress.parse(address.toString(), 1)).isEqualTo(address);
    }

    @Test
    void theBookRemembersTheLastCluster() {
        NodeAddress one = new NodeAddress("10.0.0.1", 1);
        NodeAddress two = new NodeAddress("10.0.0.2", 1);
        MemberBook book = new MemberBook(directory);
        assertThat(book.members()).isEmpty();
        book.replace(List.of(one, two));
        book.replace(List.of(two));
        assertThat(new MemberBook(directory).members()).containsExactly(two);
    }

    @Test
    void aBookThatCannotBeReadIsToldNotGuessed() throws IOException {
        Files.writeString(directory.resolve("members"), "10.0.0.1:not-a-port\n");
        assertThatThrownBy(() -> new MemberBook(directory)).isInstanceOf(StoreException.class);
    }

    @Test
    void theLargerClusterStaysAndOfEqualOnesTheFirst() {
        NodeAddress a = new NodeAddress("10.0.0.1", 1);
        NodeAddress b = new NodeAddress("10.0.0.2", 1);
        NodeAddress c = new NodeAddress("10.0.0.3", 1);
        assertThat(FormationRules.LARGER.compare(List.of(a), List.of(b, c))).isNegative();
        assertThat(FormationRules.LARGER.compare(List.of(a), List.of(b))).isPositive();
        assertThat(FormationRules.foreign(List.of(a), List.of(b, c))).isTrue();
        assertThat(FormationRules.foreign(List.of(a, b), List.of(b, c))).isFalse();
        assertThat(FormationRules.foreign(List.of(a), List.of())).isFalse();
    }
}
