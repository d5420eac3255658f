package io.convergate.routing.read;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The kinds that can be read, and in which API versions. */
final class Kinds {
    /** The versions of Istio's networking API; they share one schema. */
    static final List<String> API_VERSIONS = List.of(
            Resource.ISTIO_NETWORKING + "/v1",
            Resource.ISTIO_NETWORKING + "/v1beta1",
            Resource.ISTIO_NETWORKING + "/v1alpha3");

    /** The readers of the kinds' specs, by kind. */
    static final Map<String, SpecBinder> BY_NAME = new TreeMap<>(Map.of(
            Gateway.KIND, GatewayBinder::bind,
            VirtualService.KIND, VirtualServiceBinder::bind,
            DestinationRule.KIND, DestinationRuleBinder::bind,
            ServiceEntry.KIND, ServiceEntryBinder::bind,
            Workload.KIND, WorkloadEntryBinder::bind));

    private Kinds() {}

    /** Reads the spec of one kind. */
    @FunctionalInterface
    interface SpecBinder {
        Resource bind(String apiVersion, Metadata metadata, Fields spec);
    }
}
