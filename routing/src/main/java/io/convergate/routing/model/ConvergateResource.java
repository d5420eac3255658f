package io.convergate.routing.model;

/** A resource of a kind of our own: what neither Istio nor Kubernetes has a word for. */
public non-sealed interface ConvergateResource extends Resource {
    /** The API group of these kinds. */
    String GROUP = "convergate.io";
}
