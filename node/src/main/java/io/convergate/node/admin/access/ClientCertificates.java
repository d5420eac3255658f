package io.convergate.node.admin.access;

import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Whom a client certificate stands for: the common name of its subject is the name, and an organisation
 * {@code convergate:view}, {@code convergate:edit} or {@code convergate:admin} the role. Kubernetes reads certificates the same way:
 * CN is the user, O his groups.
 */
final class ClientCertificates {
    private static final String GROUP = "convergate:";

    private ClientCertificates() {}

    /** Its owner; empty if it names no role. Of several roles the one counts that may do most. */
    static Optional<Principal> owner(X509Certificate certificate) {
        String name = "";
        Set<Role> roles = EnumSet.noneOf(Role.class);
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                String value = String.valueOf(part.getValue());
                if (part.getType().equalsIgnoreCase("CN")) {
                    name = value;
                } else if (part.getType().equalsIgnoreCase("O") && value.startsWith(GROUP)) {
                    Role.of(value.substring(GROUP.length())).ifPresent(roles::add);
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        String owner =
                name.isEmpty() ? "certificate " + certificate.getSerialNumber().toString(16) : name;
        return roles.stream()
                .max(Comparator.naturalOrder())
                .map(found -> new Principal(owner, found, Principal.Proof.CERTIFICATE));
    }
}
