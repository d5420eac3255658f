package io.convergate.routing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "io.convergate.routing", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsOnlyItsFewLibraries = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.convergate.routing..",
                    "java..",
                    "javax.security.auth.x500..",
                    "org.jspecify.annotations..",
                    "com.google.re2j..",
                    "com.fasterxml.jackson..",
                    "org.yaml.snakeyaml..");

    @ArchTest
    static final ArchRule onlyTheReaderKnowsParsers = noClasses()
            .that()
            .resideOutsideOfPackage("io.convergate.routing.read..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson..", "org.yaml.snakeyaml..");

    @ArchTest
    static final ArchRule packagesDependInOneDirection =
            slices().matching("io.convergate.routing.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyReadsAClock = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule requestsMeetNoReaderAndNoCompiler = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.convergate.routing.match..",
                    "io.convergate.routing.action..",
                    "io.convergate.routing.request..",
                    "io.convergate.routing.upstream..",
                    "io.convergate.routing.balance..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.convergate.routing.read..",
                    "io.convergate.routing.compile..",
                    "io.convergate.routing.validate..",
                    "io.convergate.routing.resolve..");
}
