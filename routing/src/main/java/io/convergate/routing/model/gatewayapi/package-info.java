/**
 * Gateway API's kinds (gateway.networking.k8s.io), as records of what a user wrote. Knows neither how they are read nor what
 * they mean.
 */
@NullMarked
package io.convergate.routing.model.gatewayapi;

import org.jspecify.annotations.NullMarked;
