/**
 * What a node keeps in files beside its configuration and may exchange while it runs: certificates, keys, tokens. Reads them with
 * words for everything that can be wrong, notices when they change, and makes the JDK's TLS contexts of them.
 */
@NullMarked
package io.convergate.config.tls;

import org.jspecify.annotations.NullMarked;
