package io.convergate.node.admin.access;

import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Who calls.
 *
 * @param name as the token or the certificate has it; empty if nobody proved who he is
 * @param role what he may do
 * @param proof how he proved it
 */
public record Principal(String name, Role role, Proof proof) {
    private static final AttributeKey<Principal> KEY = AttributeKey.create("convergate-principal", Principal.class);

    /** How somebody showed who he is. */
    public enum Proof {
        TOKEN,
        CERTIFICATE,
        /** Not at all: he is on this machine, or the node was told to trust everybody. */
        NONE
    }

    /** Somebody who calls without a proof, and may do that much. */
    public static Principal unproven(Role role) {
        return new Principal("", role, Proof.NONE);
    }

    /** Whether it is known who he is. */
    public boolean isProven() {
        return proof != Proof.NONE;
    }

    /** The request with the one who sent it. */
    public HttpRequest on(HttpRequest request) {
        return request.addAttribute(KEY, this);
    }

    /** Who sent a request; somebody who may do nothing but look if nobody has decided that. */
    public static Principal of(HttpRequest request) {
        return request.getAttribute(KEY).orElse(unproven(Role.VIEW));
    }
}
