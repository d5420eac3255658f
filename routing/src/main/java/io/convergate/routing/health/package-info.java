/**
 * Which endpoints of an upstream are healthy by what they answer when they are asked. A state machine and its settings: no timer and
 * no clock of its own, and it asks nobody.
 */
@NullMarked
package io.convergate.routing.health;

import org.jspecify.annotations.NullMarked;
