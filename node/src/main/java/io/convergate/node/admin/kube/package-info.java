/**
 * Kubernetes' resource protocol, for kubectl and typed clients: discovery, OpenAPI, reading, watching and writing resources. It
 * knows the replicated configuration and the traffic language; who judges and writes a change, and what became of one, it asks of
 * {@link io.convergate.node.admin.kube.KubeBackend}. It keeps nothing but what it derives.
 */
@NullMarked
package io.convergate.node.admin.kube;

import org.jspecify.annotations.NullMarked;
