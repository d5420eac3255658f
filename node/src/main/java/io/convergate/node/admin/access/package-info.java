/**
 * Who may do what with the admin API: who somebody is (tokens, client certificates, an address on this machine), what each call
 * needs, and what those are told who may not. Decided once for every request, before any handler; knows no handler.
 */
@NullMarked
package io.convergate.node.admin.access;

import org.jspecify.annotations.NullMarked;
