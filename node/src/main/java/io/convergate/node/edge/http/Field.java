package io.convergate.node.edge.http;

import org.apache.pekko.http.impl.util.Rendering;
import org.apache.pekko.http.scaladsl.model.HttpHeader;

/**
 * A header field of Pekko HTTP's model that keeps its name's bytes and role. All fields the wire reads and all that the
 * gateway adds are of this class; fields of any other class (from a filter, say) are looked up by name where it matters.
 * Immutable; any thread.
 */
public final class Field extends HttpHeader {
    private final HeaderName name;
    private final String value;

    public Field(HeaderName name, String value) {
        this.name = name;
        this.value = value;
    }

    /** A field with this name and value; neither is checked for what may stand in a header. */
    public static Field of(String name, String value) {
        return new Field(HeaderName.of(name), value);
    }

    /** The role of any header of the model. */
    public static HeaderRole roleOf(HttpHeader header) {
        return header instanceof Field field ? field.name.role() : HeaderRole.of(header.lowercaseName());
    }

    /** The name with its bytes and role. */
    public HeaderName headerName() {
        return name;
    }

    @Override
    public String name() {
        return name.text();
    }

    @Override
    public String value() {
        return value;
    }

    @Override
    public String lowercaseName() {
        return name.lowerCase();
    }

    @Override
    public boolean renderInRequests() {
        return true;
    }

    @Override
    public boolean renderInResponses() {
        return true;
    }

    @Override
    public <R extends Rendering> R render(R rendering) {
        rendering.$tilde$tilde(name.text()).$tilde$tilde(": ").$tilde$tilde(value);
        return rendering;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Field field
                && name.lowerCase().equals(field.name.lowerCase())
                && value.equals(field.value);
    }

    @Override
    public int hashCode() {
        return name.lowerCase().hashCode() * 31 + value.hashCode();
    }
}
