@NullMarked
package io.convergate.node.limits.service;

import org.jspecify.annotations.NullMarked;
