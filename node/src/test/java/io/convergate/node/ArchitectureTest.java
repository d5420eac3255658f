package io.convergate.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
        packages = {"io.convergate.node", "io.convergate.routing", "io.convergate.config"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyTheWireAndTheUpstreamSideKnowNetty = noClasses()
            .that()
            .resideInAPackage("io.convergate..")
            .and()
            .resideOutsideOfPackages("io.convergate.node.edge.wire..", "io.convergate.node.edge.upstream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule onlyTelemetryKnowsKamon = noClasses()
            .that()
            .resideOutsideOfPackage("io.convergate.node.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("kamon..");

    @ArchTest
    static final ArchRule routingKnowsNoActorsAndNoSockets = noClasses()
            .that()
            .resideInAPackage("io.convergate.routing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.pekko..", "io.netty..", "scala..", "kamon..", "java.nio.channels..");

    @ArchTest
    static final ArchRule nothingPointsBackFromTheLibraries = noClasses()
            .that()
            .resideInAnyPackage("io.convergate.routing..", "io.convergate.config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.convergate.node..");

    @ArchTest
    static final ArchRule routingKnowsNoReplication = noClasses()
            .that()
            .resideInAPackage("io.convergate.routing..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.convergate.config..");

    @ArchTest
    static final ArchRule edgeKnowsNothingOfTheClusterAndItsConfiguration = noClasses()
            .that()
            .resideInAnyPackage("io.convergate.node.edge..", "io.convergate.node.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.convergate.config..",
                    "io.convergate.routing.read..",
                    "io.convergate.routing.compile..",
                    "io.convergate.routing.validate..",
                    "org.apache.pekko.cluster..");

    @ArchTest
    static final ArchRule edgeIsEnteredByItsFrontDoor = noClasses()
            .that()
            .resideInAnyPackage("io.convergate.node.admin..", "io.convergate.node.main..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.convergate.node.edge.wire..",
                    "io.convergate.node.edge.upstream..",
                    "io.convergate.node.edge.proxy..",
                    "io.convergate.node.edge.http..");

    @ArchTest
    static final ArchRule partsOfTheEdgeDependInOneDirection =
            slices().matching("io.convergate.node.edge.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule partsOfTheNodeDependInOneDirection =
            slices().matching("io.convergate.node.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule requestPathKnowsNoOtherPartOfTheNode = noClasses()
            .that()
            .resideInAPackage("io.convergate.node.edge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.convergate.node.admin..", "io.convergate.node.main..");

    @ArchTest
    static final ArchRule nothingOnALoopWaits = noClasses()
            .that()
            .resideInAnyPackage("io.convergate.node.edge..")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(CompletableFuture.class, "join")
            .orShould()
            .callMethod(CompletableFuture.class, "get")
            .orShould()
            .callMethod(Future.class, "get")
            .orShould()
            .callMethod(CountDownLatch.class, "await");

    @ArchTest
    static final ArchRule everyPackageIsNullMarked =
            classes().that().resideInAPackage("io.convergate..").should(resideInANullMarkedPackage());

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, "package " + type.getPackageName() + " of " + type.getSimpleName()));
            }
        };
    }
}
