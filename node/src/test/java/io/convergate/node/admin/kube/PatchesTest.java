package io.convergate.node.admin.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchesTest {
    /** The examples of RFC 7396, appendix A, that a resource can have. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: b}               | {a: c}                  | {a: c}",
                "{a: b}               | {b: c}                  | {a: b, b: c}",
                "{a: b}               | {'a': null}             | {}",
                "{a: b, b: c}         | {'a': null}             | {b: c}",
                "{a: [b]}             | {a: c}                  | {a: c}",
                "{a: c}               | {a: [b]}                | {a: [b]}",
                "{a: {b: c}}          | {a: {b: d, 'c': null}}  | {a: {b: d}}",
                "{a: [{b: c}]}        | {a: [1]}                | {a: [1]}",
                "{e: [1]}             | {a: 1}                  | {e: [1], a: 1}",
                "{}                   | {a: {bb: {'ccc': null}}} | {a: {bb: {}}}"
            })
    void mergePatchesDoWhatTheirStandardSays(String target, String patch, String result) {
        assertThat(Patches.merge(Trees.of(target), Trees.of(patch))).isEqualTo(Trees.of(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ports: [{port: 1, name: a}]} | {ports: [{port: 1, name: b}, {port: 2}]} | {ports: [{port: 1, name: b}, {port: 2}]}",
                "{ports: [{port: 1}, {port: 2}]} | {ports: [{port: 1, $patch: delete}]} | {ports: [{port: 2}]}",
                "{ports: [{port: 1}]} | {ports: [{$patch: replace}, {port: 3}]} | {ports: [{port: 3}]}",
                "{ports: [{port: 1}]} | {'$setElementOrder/ports': [{port: 1}], ports: [{port: 1, name: x}]} | {ports: [{port: 1, name: x}]}",
                "{selector: {a: 1, b: 2}} | {selector: {$patch: replace, c: 3}} | {selector: {c: 3}}",
                "{selector: {a: 1, b: 2}} | {selector: {$retainKeys: [a]}} | {selector: {a: 1}}",
                "{externalIPs: [1, 2, 3]} | {'$deleteFromPrimitiveList/externalIPs': [2]} | {externalIPs: [1, 3]}",
                "{selector: {a: 1}} | {selector: {'a': null}} | {selector: {}}"
            })
    void strategicPatchesMergeListsByTheirKeysAndFollowDirectives(String target, String patch, String result) {
        JsonNode patched = Patches.strategic(
                Trees.of("{spec: " + target + "}"),
                Trees.object("{spec: " + patch + "}"),
                ManagedFields.type("v1", "Service"));

        assertThat(patched.path("spec")).isEqualTo(Trees.of(result));
    }

    @Test
    void copiesOfCopiesEndBeforeTheMemoryDoes() {
        StringBuilder patch = new StringBuilder("[{op: add, path: /a, value: {x: " + "y".repeat(100) + "}}");
        for (int i = 0; i < 60; i++) {
            patch.append(", {op: copy, from: /a, path: /a/c").append(i).append("}");
        }

        assertThatThrownBy(() -> Patches.operations(Trees.of("{}"), Trees.of(patch + "]")))
                .isInstanceOfSatisfying(
                        KubeError.class, error -> assertThat(error.code()).isEqualTo(413));
    }
}
