/** What routes do to requests on their way, over real sockets: retries, faults, mirrors, limits, ejection. */
@NullMarked
package io.convergate.node.edge.traffic;

import org.jspecify.annotations.NullMarked;
