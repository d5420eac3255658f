package io.convergate.node.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTrustTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.1.2,true",
        "10.0.0.0/8,11.0.0.1,false",
        "10.1.2.3,10.1.2.3,true",
        "10.1.2.3,10.1.2.4,false",
        "10.1.2.3/32,10.1.2.3,true",
        "192.168.0.0/17,192.168.127.255,true",
        "192.168.0.0/17,192.168.128.0,false",
        "200.200.200.128/25,200.200.200.129,true",
        "200.200.200.128/25,200.200.200.127,false",
        "128.0.0.0/1,255.1.1.1,true",
        "128.0.0.0/1,127.1.1.1,false",
        "0.0.0.0/0,1.2.3.4,true",
        "0.0.0.0/0,::1,false",
        "::/0,1.2.3.4,false",
        "2001:db8::/33,2001:db8:7fff::1,true",
        "2001:db8::/33,2001:db8:8000::1,false",
        "::1,::1,true",
        "::1/128,::2,false",
        "fe80::/10,febf::1,true",
        "fe80::/10,fec0::1,false",
        "10.0.0.0/8,::ffff:10.1.1.1,true",
    })
    void networkContainsItsAddresses(String network, String peer, boolean trusted) throws UnknownHostException {
        assertThat(ForwardingTrust.of(List.of("203.0.113.1", network)).trusts(InetAddress.getByName(peer)))
                .isEqualTo(trusted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "::/129",
                "10.0.0",
                "10",
                "10.0.0.256",
                "1.2.3.4.5",
                "example.com",
                "cafe",
                "dead.beef",
                "face.ad",
                "999.1.1.1",
                "1.2.3.4:80",
                "[::1]",
                ":::",
                "::1%eth0",
                "10.0.0.0/8/8",
                " 10.0.0.1"
            })
    void whatIsNoAddressIsRefusedWithoutLookingItUp(String network) {
        long started = System.nanoTime();
        assertThatThrownBy(() -> ForwardingTrust.of(List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--trusted-proxies " + network);
        assertThat(System.nanoTime() - started).as("nanoseconds").isLessThan(5_000_000_000L);
    }

    @Test
    void nobodyIsTrustedByDefault() throws UnknownHostException {
        assertThat(ForwardingTrust.NOBODY.trusts(InetAddress.getByName("127.0.0.1")))
                .isFalse();
    }

    @ParameterizedTest(name = "{0} with {1} is {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1|203.0.113.9|203.0.113.9",
                "10.0.0.1|198.51.100.1, 203.0.113.9|203.0.113.9",
                "10.0.0.1|198.51.100.1, 203.0.113.9, 10.0.0.2|203.0.113.9",
                "10.0.0.1|198.51.100.1,10.0.0.3 ,10.0.0.2|198.51.100.1",
                "10.0.0.1|10.0.0.3, 10.0.0.2|10.0.0.3",
                "10.0.0.1|2001:db8::1|2001:db8::1",
                "10.0.0.1|203.0.113.9:4444|203.0.113.9",
                "10.0.0.1|198.51.100.1:1, 203.0.113.9:65535, 10.0.0.2:80|203.0.113.9",
                "10.0.0.1|[2001:db8::1]:443|2001:db8::1",
                "10.0.0.1|[2001:db8::1]|2001:db8::1",
                "10.0.0.1|::1|::1",
                "10.0.0.1|203.0.113.9:|10.0.0.1",
                "10.0.0.1|203.0.113.9:http|10.0.0.1",
                "10.0.0.1|203.0.113.9:123456|10.0.0.1",
                "10.0.0.1|[203.0.113.9]:80|10.0.0.1",
                "10.0.0.1|[2001:db8::1|10.0.0.1",
                "10.0.0.1|[2001:db8::1]443|10.0.0.1",
                "10.0.0.1|cafe:80|10.0.0.1",
                "10.0.0.1|''|10.0.0.1",
                "10.0.0.1|unknown|10.0.0.1",
                "10.0.0.1|203.0.113.9, unknown, 10.0.0.2|10.0.0.2",
                "10.0.0.1|203.0.113.9, cafe|10.0.0.1",
                "10.0.0.1|face.ad, 10.0.0.2|10.0.0.2",
                "10.0.0.1|999.999.999.999|10.0.0.1",
            })
    void clientIsTheLastHopThatIsNotOurs(String peer, String forwardedFor, String client) throws UnknownHostException {
        ForwardingTrust trust = ForwardingTrust.of(List.of("10.0.0.0/8"));

        assertThat(trust.clientOf(InetAddress.getByName(peer), forwardedFor)).isEqualTo(client);
    }
}
