/**
 * What is sent: request sets from files, templates, bodies, recorded access logs. Knows no network.
 */
@NullMarked
package io.convergate.loadgen.request;

import org.jspecify.annotations.NullMarked;
