package io.convergate.routing.model;

/** A configuration object a user wrote, read into a record. Equal resources mean the same. */
public sealed interface Resource permits Gateway, VirtualService, DestinationRule, ServiceEntry, Workload {
    /** The API group of Istio's networking kinds. */
    String ISTIO_NETWORKING = "networking.istio.io";

    /** The API group and version it was written in, such as {@code networking.istio.io/v1}. */
    String apiVersion();

    /** Its name, labels and what the cluster noted when it was accepted. */
    Metadata metadata();

    /** The kind, such as {@code VirtualService}. */
    String kind();

    /** Its identity. */
    default ResourceKey key() {
        return new ResourceKey(
                ISTIO_NETWORKING, kind(), metadata().namespace(), metadata().name());
    }
}
