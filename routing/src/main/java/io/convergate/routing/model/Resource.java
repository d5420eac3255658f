package io.convergate.routing.model;

/** A configuration object a user wrote, read into a record. Equal resources mean the same. */
public sealed interface Resource
        permits Gateway,
                VirtualService,
                DestinationRule,
                ServiceEntry,
                Workload,
                KubernetesResource,
                ConvergateResource {
    /** The API group of Istio's networking kinds. */
    String ISTIO_NETWORKING = "networking.istio.io";

    /** The API group and version it was written in, such as {@code networking.istio.io/v1}. */
    String apiVersion();

    /** Its name, labels and what the cluster noted when it was accepted. */
    Metadata metadata();

    /** The same with other metadata. */
    Resource with(Metadata metadata);

    /** The kind, such as {@code VirtualService}. */
    String kind();

    /** The API group, such as {@code networking.istio.io}; empty for Kubernetes' core group. */
    default String group() {
        return groupOf(apiVersion());
    }

    /** The API group that an {@code apiVersion} names; empty for Kubernetes' core group. */
    static String groupOf(String apiVersion) {
        return apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    }

    /** Its identity. */
    default ResourceKey key() {
        return new ResourceKey(
                group(), kind(), metadata().namespace(), metadata().name());
    }
}
