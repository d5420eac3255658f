/**
 * What a person or a program reads afterwards: terminal, JSON, HTML, comparisons.
 */
@NullMarked
package io.convergate.loadgen.report;

import org.jspecify.annotations.NullMarked;
