package io.convergate.node.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderNameTest {
    private static final long SEED = 31;

    private static HeaderName ofBytes(String name) {
        byte[] source = ("\r\n" + name + ": x").getBytes(StandardCharsets.ISO_8859_1);
        return HeaderName.of(source, 2, name.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "host", "HOST", "X-Request-Id", "a", "ab", "Content-Length", "!#$%&'*+-.^_`|~"})
    void keepsItsTextAsReceived(String name) {
        for (HeaderName read : List.of(ofBytes(name), HeaderName.of(name), ofBytes(name))) {
            assertThat(read.text()).isEqualTo(name);
            assertThat(read.lowerCase()).isEqualTo(name.toLowerCase(Locale.ROOT));
            assertThat(read.bytes()).isEqualTo(name.getBytes(StandardCharsets.US_ASCII));
            assertThat(read.role()).isEqualTo(HeaderRole.of(name.toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void ordinaryNameIsMadeOnce() {
        HeaderName first = ofBytes("X-Made-Once");

        assertThat(ofBytes("X-Made-Once")).isSameAs(first);
        assertThat(HeaderName.of("X-Made-Once")).isSameAs(first);
    }

    @Test
    void longNameIsNotKept() {
        String name = "X-" + "a".repeat(60_000);

        assertThat(ofBytes(name)).isNotSameAs(ofBytes(name));
        assertThat(ofBytes(name).text()).isEqualTo(name);
    }

    @Test
    void namesThatShareASlotAreNeverConfused() throws InterruptedException {
        // Far more names than slots, from several threads at once.
        List<String> names = new ArrayList<>();
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            names.add("X-" + Integer.toString(random.nextInt(1_000_000), 36) + (i % 2 == 0 ? "-a" : "-A"));
        }
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> {
                Random order = new Random(SEED + seed);
                for (int i = 0; i < 100_000; i++) {
                    String name = names.get(order.nextInt(names.size()));
                    HeaderName read = i % 2 == 0 ? ofBytes(name) : HeaderName.of(name);
                    if (!read.text().equals(name)
                            || !read.lowerCase().equals(name.toLowerCase(Locale.ROOT))
                            || read.bytes().length != name.length()
                            || read.role() != HeaderRole.ORDINARY) {
                        wrong.add(name + " read as " + read);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).as("seed %d", SEED).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "host,HOST,false,false",
        "content-length,CONTENT_LENGTH,false,false",
        "transfer-encoding,TRANSFER_ENCODING,true,true",
        "connection,CONNECTION,true,true",
        "keep-alive,HOP_BY_HOP,true,true",
        "proxy-connection,HOP_BY_HOP,true,true",
        "upgrade,HOP_BY_HOP,true,true",
        "http2-settings,HOP_BY_HOP,true,true",
        "te,TE,true,true",
        "trailer,TRAILER,false,false",
        "x-forwarded-for,X_FORWARDED_FOR,false,false",
        "x-forwarded-proto,X_FORWARDED_PROTO,false,false",
        "x-forwarded-client-cert,CLIENT_IDENTITY,false,false",
        "forwarded,CLIENT_IDENTITY,false,false",
        "x-real-ip,CLIENT_IDENTITY,false,false",
        "x-original-url,CLIENT_IDENTITY,false,false",
        "x-envoy-internal,ENVOY_INTERNAL,false,false",
        "x-envoy-,ENVOY_INTERNAL,false,false",
        "x-envoy,ORDINARY,false,true",
        "authorization,PROTECTED,false,false",
        "cookie,PROTECTED,false,false",
        "proxy-authorization,PROTECTED,false,false",
        "content_length,FORBIDDEN,false,false",
        "transfer_encoding,FORBIDDEN,false,false",
        "x_forwarded_for,FORBIDDEN,false,false",
        "x-forwarded_for,FORBIDDEN,false,false",
        "x_envoy_internal,FORBIDDEN,false,false",
        "sec-websocket-key1,FORBIDDEN,false,false",
        "my_header,ORDINARY,false,true",
        "x-anything,ORDINARY,false,true",
    })
    void roleSaysWhatAConnectionMayTakeAway(String name, HeaderRole role, boolean hopByHop, boolean removable) {
        assertThat(HeaderRole.of(name)).isEqualTo(role);
        assertThat(role.hopByHop()).isEqualTo(hopByHop);
        assertThat(role.removableByConnection()).isEqualTo(removable);
    }
}
