/**
 * Certificates and private keys as people keep them: PEM text, read and checked. It opens no connection and keeps no key; who
 * serves TLS gets the JDK's own objects from here.
 */
@NullMarked
package io.convergate.routing.tls;

import org.jspecify.annotations.NullMarked;
