/**
 * Strict reading of YAML files: every value knows its line, every mistake says what was found and what is expected, and keys that nobody
 * asked for are mistakes. Knows nothing of what is read.
 */
@NullMarked
package io.convergate.loadgen.yaml;

import org.jspecify.annotations.NullMarked;
