/**
 * What a person or a program reads afterwards: a run as a record and as JSON, one page of HTML for one run, many, or two
 * compared. Knows what a run looked like, not how it was made.
 */
@NullMarked
package io.convergate.loadgen.report;

import org.jspecify.annotations.NullMarked;
