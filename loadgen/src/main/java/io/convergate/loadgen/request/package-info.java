/**
 * What is sent: request sets from files, templates, bodies, recorded access logs, and what is expected of the answers. Knows no
 * network.
 */
@NullMarked
package io.convergate.loadgen.request;

import org.jspecify.annotations.NullMarked;
