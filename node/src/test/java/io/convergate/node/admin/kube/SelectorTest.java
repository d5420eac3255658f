package io.convergate.node.admin.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    private static final JsonNode OBJECT =
            Trees.of("{metadata: {name: n, namespace: s, labels: {a: b, c: '', d.io/e: f}}}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''              | true",
                "a=b             | true",
                "a==b            | true",
                "a=c             | false",
                "a!=c            | true",
                "x!=c            | true",
                "a in (x, b)     | true",
                "a in (x,y),c    | false",
                "a notin (x,y)   | true",
                "x notin (y)     | true",
                "c               | true",
                "!c              | false",
                "!x,a            | true",
                "d.io/e=f        | true",
                "c=              | true"
            })
    void labelsAreChosenAsKubernetesChoosesThem(String selector, boolean matches) {
        assertThat(Selector.labels(selector).matchesLabels(OBJECT)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a in b", "a=b=c", "a (b)", "=b"})
    void whatIsNoSelectorIsRefused(String selector) {
        assertThatThrownBy(() -> Selector.labels(selector)).isInstanceOf(KubeError.class);
    }

    @Test
    void onlyAFewFieldsCanBeAskedFor() {
        assertThat(Selector.fields("metadata.name=n,metadata.namespace!=t", false)
                        .matchesFields(OBJECT))
                .isTrue();
        assertThat(Selector.fields("metadata.name=x", false).matchesFields(OBJECT))
                .isFalse();
        assertThatThrownBy(() -> Selector.fields("spec.x=y", false)).hasMessage("field label not supported: spec.x");
    }

    @ParameterizedTest
    @CsvSource({
        "5,5s",
        "119,119s",
        "125,2m5s",
        "600,10m",
        "10800,3h",
        "12600,3h30m",
        "100000,27h",
        "259200,3d",
        "90000000,2y"
    })
    void agesAreWrittenAsKubectlWritesThem(long seconds, String text) {
        assertThat(Tables.age(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
