package io.convergate.routing.model;

/** A resource of a kind that Kubernetes or Gateway API defines, not Istio. */
public non-sealed interface KubernetesResource extends Resource {}
