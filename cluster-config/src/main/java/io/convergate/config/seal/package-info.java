/**
 * Secrets as they are kept: sealed, so that neither a disk nor another program on the network has them in clear. What is sealed is what the
 * store keeps, sends to other nodes and keeps of the past; only those who ask the configuration see it open.
 */
@NullMarked
package io.convergate.config.seal;

import org.jspecify.annotations.NullMarked;
