/**
 * The process: its command line, its settings, how its parts are wired, and how it ends. Everything here runs once, at
 * the start or at the end of a process; nothing here is on the path of a request.
 */
@NullMarked
package io.convergate.node.main;

import org.jspecify.annotations.NullMarked;
