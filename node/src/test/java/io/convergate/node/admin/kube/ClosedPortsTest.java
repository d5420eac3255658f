package io.convergate.node.admin.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Content;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import io.convergate.routing.model.ResourceKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosedPortsTest {
    private static final Member NODE = new Member(
            new MemberId("one", "10.0.0.1:17355"),
            Presence.UP,
            Revision.EMPTY,
            ServingState.SERVING,
            List.of("port 80 on 10.0.0.1:8080: taken", "port 81 on 10.0.0.9:81: not its address"),
            Instant.EPOCH,
            Optional.of(0L));

    private static final Member IPV6_NODE = new Member(
            new MemberId("one", "[fd00:0:0:0:0:0:0:1]:17355"),
            Presence.UP,
            Revision.EMPTY,
            ServingState.SERVING,
            List.of(
                    "port 80 on [fd00:0:0:0:0:0:0:1]:8080: taken",
                    "port 81 on [fd00:0:0:0:0:0:0:9]:81: not its address"),
            Instant.EPOCH,
            Optional.of(0L));

    private static ClosedPorts of(String group, String kind, JsonNode object) {
        return of(group, kind, object, NODE);
    }

    private static ClosedPorts of(String group, String kind, JsonNode object, Member node) {
        return ClosedPorts.of(
                new ResourceKey(group, kind, "default", "g"),
                object,
                node,
                other -> other.equals(new ResourceKey(group, "Gateway", "there", "parent"))
                        ? Optional.of(json("{'spec':{'addresses':[{'value':'10.0.0.9'}]}}"))
                        : Optional.empty());
    }

    private static ObjectNode json(String text) {
        return ObjectViews.stored(Content.utf8(text.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Gateway | {'servers':[{'port':{'number':80}}]} | port 80 on 10.0.0.1:8080: taken",
                "Gateway | {'servers':[{'port':{'number':82}}]} | ``",
                "Gateway | {'servers':[{'port':{'number':80},'bind':'10.0.0.2'}]} | ``",
                "Gateway | {'servers':[{'port':{'number':81},'bind':'10.0.0.9'}]} | port 81 on 10.0.0.9:81: not its address",
                "Gateway | {'servers':[{'port':{'number':8}}]} | ``",
                "Gateway | {'listeners':[{'port':80}]} | port 80 on 10.0.0.1:8080: taken",
                "Gateway | {'listeners':[{'port':80}],'addresses':[{'value':'10.0.0.2'}]} | ``",
                "Gateway | {'listeners':[{'port':81}],'addresses':[{'value':'10.0.0.9'}]} | port 81 on 10.0.0.9:81: not its address",
                "ListenerSet | {'listeners':[{'port':80}]} | port 80 on 10.0.0.1:8080: taken",
                "ListenerSet | {'listeners':[{'port':81}]} | ``",
                "ListenerSet | {'parentRef':{'name':'parent','namespace':'there'},'listeners':[{'port':81}]} | port 81 on 10.0.0.9:81: not its address",
                "ListenerSet | {'parentRef':{'name':'parent','namespace':'there'},'listeners':[{'port':80}]} | ``",
                "ServiceEntry | {'servers':[{'port':{'number':80}}]} | ``",
            })
    void aGatewaysPortThatTheNodeCouldNotOpenIsNamed(String kind, String spec, String message) {
        assertThat(of("g", kind, json("{'spec':" + spec + "}")).message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'servers':[{'port':{'number':80}}]} | port 80 on [fd00:0:0:0:0:0:0:1]:8080: taken",
                "{'servers':[{'port':{'number':81},'bind':'fd00::9'}]} | port 81 on [fd00:0:0:0:0:0:0:9]:81: not its address",
                "{'servers':[{'port':{'number':80},'bind':'fd00::2'}]} | ``",
                "{'listeners':[{'port':81}],'addresses':[{'value':'FD00::0009'}]} | port 81 on [fd00:0:0:0:0:0:0:9]:81: not its address",
            })
    void anIpv6AddressIsTheSameHoweverItIsWritten(String spec, String message) {
        assertThat(of("g", "Gateway", json("{'spec':" + spec + "}"), IPV6_NODE).message())
                .isEqualTo(message);
    }

    @Test
    void theGatewayAndTheListenerOfSuchAPortAreNotProgrammed() {
        JsonNode object = json("{'spec':{'listeners':[{'name':'a','port':80},{'name':'b','port':82}]}}");
        String programmed = "'conditions':[{'type':'Accepted','status':'True'},{'type':'Programmed','status':'True'}]";
        ObjectNode status = json(
                "{" + programmed + ",'listeners':[{'name':'a'," + programmed + "},{'name':'b'," + programmed + "}]}");

        of("gateway.networking.k8s.io", "Gateway", object).tell(status, object, "2026-01-01T00:00:00Z");

        assertThat(status.at("/conditions/0/status").asText()).isEqualTo("True");
        assertThat(status.at("/conditions/1"))
                .isEqualTo(json("{'type':'Programmed','status':'False','reason':'Invalid',"
                        + "'message':'port 80 on 10.0.0.1:8080: taken','lastTransitionTime':'2026-01-01T00:00:00Z'}"));
        assertThat(status.at("/listeners/0/conditions/1/status").asText()).isEqualTo("False");
        assertThat(status.at("/listeners/1/conditions/1/status").asText()).isEqualTo("True");
    }
}
