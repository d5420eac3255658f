/**
 * {@code convergate certs}: a small authority of one's own, for nodes, the admin API and its clients. Whoever has an authority already
 * needs none of it: the rest of the node reads PEM files and does not ask who made them.
 */
@NullMarked
package io.convergate.node.main.certs;

import org.jspecify.annotations.NullMarked;
