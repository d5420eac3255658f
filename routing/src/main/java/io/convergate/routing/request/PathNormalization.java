package io.convergate.routing.request;

/** How far a path is brought to one form before it is matched, checked and sent on. Istio: meshConfig.pathNormalization. */
public enum PathNormalization {
    NONE,
    BASE,
    MERGE_SLASHES,
    DECODE_AND_MERGE_SLASHES
}
