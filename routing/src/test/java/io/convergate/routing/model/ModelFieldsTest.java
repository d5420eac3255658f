package io.convergate.routing.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * No field of a model is only carried along: somebody besides its reader asks for it, to compile it, to check it, or to warn that
 * it does not act.
 */
class ModelFieldsTest {
    private static final String MODEL = "io.convergate.routing.model";

    /** Asked for through an interface, as every resource has them. */
    private static final Set<String> OF_ALL = Set.of("metadata", "apiVersion");

    /** Fields that nobody asks for, and why that is right. */
    private static final Map<String, String> ASKED_ELSEWHERE = Map.ofEntries(
            Map.entry("Metadata.uid", "the node's admission asks"),
            Map.entry("Metadata.resourceVersion", "the node's admission asks"),
            Map.entry("k8s.Secret.immutable", "the node's admission asks"),
            Map.entry("k8s.ConfigMap.immutable", "the node's admission asks"),
            Map.entry("ServiceEntry.location", "without effect, as the page of fields says: there is no mesh"),
            Map.entry("gatewayapi.RouteFilter$Unknown.type", "asked for through the interface"),
            Map.entry("gatewayapi.Listener$GroupKind.kind", "compared and shown as a whole"),
            Map.entry("ClientTls.caCrl", "the whole of tls is warned of"),
            Map.entry("ClientTls.sni", "the whole of tls is warned of"),
            Map.entry("ServerTls$Certificate.caCertificates", "the port's protocol is warned of"),
            Map.entry("ServerTls.insecureSkipVerify", "the port's protocol is warned of"),
            Map.entry("ServerTls.maxProtocolVersion", "the port's protocol is warned of"),
            Map.entry("ServerTls.subjectAltNames", "the port's protocol is warned of"),
            Map.entry("ServerTls.verifyCertificateHash", "the port's protocol is warned of"),
            Map.entry("ServerTls.verifyCertificateSpki", "the port's protocol is warned of"),
            Map.entry("LoadBalancer$ZoneAware.minClusterSize", "the whole of zoneAwareLbSetting is warned of"));

    @Test
    void everyFieldIsAskedForBySomebodyBesidesItsReader() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.convergate.routing");
        Set<String> unread = new TreeSet<>();
        int fields = 0;
        for (JavaClass one : classes) {
            if (one.isRecord() && one.getPackageName().startsWith(MODEL)) {
                for (JavaField field : one.getFields()) {
                    boolean component = !field.getModifiers().contains(JavaModifier.STATIC);
                    fields += component ? 1 : 0;
                    if (component && !OF_ALL.contains(field.getName()) && !isAskedFor(one, field.getName())) {
                        unread.add(one.getName().substring(MODEL.length() + 1) + "." + field.getName());
                    }
                }
            }
        }

        assertThat(fields).isGreaterThan(300);
        assertThat(unread).isSubsetOf(ASKED_ELSEWHERE.keySet());
    }

    /** By its accessor, or by its own class, whose methods others ask. */
    private static boolean isAskedFor(JavaClass record, String name) {
        boolean fromOutside = record.getMethod(name).getAccessesToSelf().stream()
                .map(JavaAccess::getOriginOwner)
                .anyMatch(origin ->
                        !origin.equals(record) && !origin.getPackageName().endsWith(".read"));
        List<String> inside = record.getField(name).getAccessesToSelf().stream()
                .filter(access -> access.getAccessType() == JavaFieldAccess.AccessType.GET)
                .map(access -> access.getOrigin().getName())
                .filter(method ->
                        !Set.of(name, "toString", "equals", "hashCode").contains(method))
                .toList();
        return fromOutside || !inside.isEmpty();
    }
}
