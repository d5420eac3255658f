package io.convergate.routing.descriptor;

/**
 * A key and a value of a descriptor in a request.
 *
 * @param key the key
 * @param value the value; may be empty
 */
public record Entry(String key, String value) {}
