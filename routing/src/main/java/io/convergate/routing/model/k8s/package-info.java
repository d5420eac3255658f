/** Kubernetes' own kinds, as records of what a user wrote. Knows neither how they are read nor what they mean. */
@NullMarked
package io.convergate.routing.model.k8s;

import org.jspecify.annotations.NullMarked;
