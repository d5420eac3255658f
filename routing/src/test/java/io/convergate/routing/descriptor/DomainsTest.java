package io.convergate.routing.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import io.convergate.routing.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which limit a descriptor of a request meets, and what counts together, by the rules of envoyproxy/ratelimit. */
class DomainsTest {
    private static final String SHOP = """
            apiVersion: convergate.io/v1
            kind: RateLimitDomain
            metadata: {name: shop}
            spec:
              domain: shop
              descriptors:
              - key: client
                rate_limit: {unit: second, requests_per_unit: 10}
              - key: client
                value: crawler
                rate_limit: {unit: second, requests_per_unit: 0}
              - key: client
                value: 10.*
                rate_limit: {unit: minute, requests_per_unit: 60}
              - key: client
                value: 10.1.*
                rate_limit: {unit: minute, requests_per_unit: 61}
              - key: plan
                value: gold
                descriptors:
                - key: user
                  rate_limit: {unit: day, requests_per_unit: 1000}
                  descriptors:
                  - key: path
                    value: /report*
                    rate_limit: {unit: week, requests_per_unit: 5}
                - key: user
                  value: boss
                  rate_limit: {unlimited: true}
              - key: plan
                rate_limit: {unit: HOUR, requests_per_unit: 7}
              - key: file
                value: /a/*/b*.pdf
                share_threshold: true
                rate_limit: {unit: month, requests_per_unit: 3}
                descriptors:
                - key: user
                  rate_limit: {unit: year, requests_per_unit: 4}
              - key: code
                value: 404
                rate_limit: {unit: minute, requests_per_unit: 404}
              - key: nothing
              - key: any
                value: "*"
                rate_limit: {unit: minute, requests_per_unit: 1}
            """;

    private static Domains domains(String yaml) {
        return compile(yaml).table().domains();
    }

    private static Compilation compile(String yaml) {
        return new RouteTableCompiler(CompileSettings.of(Map.of())).compile(TestConfig.parse(yaml));
    }

    /** From {@code key=value, key=value}. */
    private static List<Entry> entries(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String part : text.split(", ")) {
            int equals = part.indexOf('=');
            entries.add(new Entry(part.substring(0, equals), part.substring(equals + 1)));
        }
        return entries;
    }

    private static Match match(String descriptor) {
        return Objects.requireNonNull(
                Objects.requireNonNull(domains(SHOP).get("shop")).match(entries(descriptor)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client=1.2.3.4                      | 10 SECOND",
                "client=                             | 10 SECOND",
                "client=crawler                      | 0 SECOND",
                "client=Crawler                      | 10 SECOND",
                // The first that fits, as they are written.
                "client=10.1.2.3                     | 60 MINUTE",
                "client=10.                          | 60 MINUTE",
                "client=10                           | 10 SECOND",
                // As many levels as entries.
                "client=1.2.3.4, client=1.2.3.4      | none",
                "plan=gold                           | none",
                "plan=silver                         | 7 HOUR",
                "plan=silver, user=u                 | none",
                "plan=gold, user=u                   | 1000 DAY",
                "plan=gold, user=boss                | unlimited",
                "plan=gold, user=u, path=/reports    | 5 WEEK",
                "plan=gold, user=u, path=/other      | none",
                // The level of an exact value is entered, although another knows more.
                "plan=gold, user=boss, path=/reports | none",
                "user=u, plan=gold                   | none",
                "file=/a/x/b.pdf                     | 3 MONTH",
                "file=/a/x/y/b1.pdf                  | 3 MONTH",
                "file=/a//b.pdf                      | 3 MONTH",
                "file=/a/b.pdf                       | none",
                "file=/a/x/b.pdf, user=u             | 4 YEAR",
                "code=404                            | 404 MINUTE",
                "nothing=x                           | none",
                "any=                                | 1 MINUTE",
                "any=thing                           | 1 MINUTE",
                "unknown=x                           | none",
            })
    void findsTheLimitOfADescriptor(String descriptor, String expected) {
        Match match = Objects.requireNonNull(domains(SHOP).get("shop")).match(entries(descriptor));

        String found = match == null
                ? "none"
                : match.limit().isUnlimited()
                        ? "unlimited"
                        : match.limit().requestsPerUnit() + " "
                                + match.limit().unit().orElseThrow();
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client=a            | client=a             | true",
                "client=a            | client=b             | false",
                "plan=gold, user=a   | plan=gold, user=b    | false",
                "client=10.1         | client=10.2          | false",
                "any=a               | any=b                | false",
                // share_threshold
                "file=/a/x/b.pdf     | file=/a/y/b2.pdf     | true",
                "file=/a/x/b.pdf, user=u | file=/a/y/b2.pdf, user=u | true",
                "file=/a/x/b.pdf, user=u | file=/a/y/b2.pdf, user=v | false",
            })
    void eachValueCountsForItselfUnlessTheThresholdIsShared(String one, String other, boolean together) {
        assertThat(key(one).equals(key(other))).isEqualTo(together);
    }

    private static LimitKey key(String descriptor) {
        return Domain.key(new KeyHash(), match(descriptor), entries(descriptor)).key();
    }

    @Test
    void aLimitOfNoneAndAnUnlimitedOneAreNotCounted() {
        assertThat(match("client=crawler").limit().counted()).isEmpty();
        assertThat(match("plan=gold, user=boss").limit().counted()).isEmpty();
        assertThat(match("client=x").limit().counted()).isPresent();
    }

    @Test
    void aLabelSaysWhichDescriptorsLedThere() {
        assertThat(match("plan=gold, user=u, path=/reports").limit().label())
                .isEqualTo("shop.plan_gold.user.path_/report*");
    }

    @Test
    void aWindowIsResetAtItsEndAndASecondInASecond() {
        long noon = Instant.parse("2026-11-25T12:00:00Z").toEpochMilli(); // a Wednesday
        assertThat(match("client=x").limit().secondsUntilReset(noon)).isEqualTo(1);
        assertThat(match("client=10.").limit().secondsUntilReset(noon + 59_001)).isEqualTo(1);
        assertThat(match("plan=gold, user=u").limit().secondsUntilReset(noon)).isEqualTo(12 * 3600);
        assertThat(match("plan=gold, user=u, path=/report").limit().secondsUntilReset(noon))
                .isEqualTo((4 * 24 + 12) * 3600);
    }

    @Test
    void aLimitThatARequestBringsCountsForItself() {
        Domain domain = Objects.requireNonNull(domains(SHOP).get("shop"));
        List<Entry> entries = entries("client=x");
        Match brought = domain.brought(5, Unit.MINUTE);

        assertThat(brought.limit().requestsPerUnit()).isEqualTo(5);
        assertThat(brought.limit().unit()).isEqualTo(Optional.of(Unit.MINUTE));
        LimitKey five = Domain.key(new KeyHash(), brought, entries).key();
        assertThat(five).isNotEqualTo(key("client=x"));
        assertThat(five)
                .isNotEqualTo(Domain.key(new KeyHash(), domain.brought(6, Unit.MINUTE), entries)
                        .key());
        assertThat(five)
                .isEqualTo(Domain.key(new KeyHash(), domain.brought(5, Unit.MINUTE), entries)
                        .key());
        assertThat(domain.brought(0, Unit.DAY).limit().counted()).isEmpty();
    }

    private static final String MORE = """
            ---
            apiVersion: convergate.io/v1
            kind: RateLimitDomain
            metadata: {name: more}
            spec:
              domain: shop
              descriptors:
              - key: client
                rate_limit: {unit: day, requests_per_unit: 99}
              - key: more
                rate_limit: {unit: day, requests_per_unit: 98}
            """;

    @Test
    void resourcesOfOneDomainAreMergedAndTheOlderWinsWithAWarning() {
        Compilation compilation = compile(SHOP + MORE);
        Domain domain = Objects.requireNonNull(compilation.table().domains().get("shop"));

        assertThat(Objects.requireNonNull(domain.match(entries("client=x")))
                        .limit()
                        .requestsPerUnit())
                .isEqualTo(10);
        assertThat(Objects.requireNonNull(domain.match(entries("more=x")))
                        .limit()
                        .requestsPerUnit())
                .isEqualTo(98);
        assertThat(compilation.problems().stream().map(Problem::toString))
                .singleElement()
                .asString()
                .contains("spec.descriptors[0]", "client is in the older", "shop");
    }

    @Test
    void theWarningGoesWithTheOlderResourceAndOtherDomainsAreNotTouched() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        String other = MORE.replace("name: more", "name: other").replace("domain: shop", "domain: other");
        Domains before =
                compiler.compile(TestConfig.parse(SHOP + MORE + other)).table().domains();
        var resources = TestConfig.parse(SHOP + MORE + other);
        resources.keySet().removeIf(key -> key.name().equals("shop"));
        Compilation after = compiler.compile(resources);

        assertThat(after.problems()).isEmpty();
        assertThat(after.table().domains().get("shop")).isNotSameAs(before.get("shop"));
        assertThat(after.table().domains().get("other")).isSameAs(before.get("other"));
        Domain shop = Objects.requireNonNull(after.table().domains().get("shop"));
        assertThat(Objects.requireNonNull(shop.match(entries("client=x")))
                        .limit()
                        .requestsPerUnit())
                .isEqualTo(99);
    }
}
