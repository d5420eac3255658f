/**
 * The bodies that the admin API and its clients exchange, as records that are JSON field by field. A field is only ever
 * added; readers ignore those they do not know.
 */
@NullMarked
package io.convergate.node.admin.api;

import org.jspecify.annotations.NullMarked;
