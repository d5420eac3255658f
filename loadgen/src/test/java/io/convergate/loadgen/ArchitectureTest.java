package io.convergate.loadgen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.convergate.loadgen", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule standsAloneAndKnowsTheProductFromOutside = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.convergate.routing..", "io.convergate.config..", "io.convergate.node..", "org.apache.pekko..");

    @ArchTest
    static final ArchRule packagesDependInOneDirection =
            slices().matching("io.convergate.loadgen.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule judgementKnowsNoNetworkAndNoFleet = noClasses()
            .that()
            .resideInAPackage("io.convergate.loadgen.verify..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty..",
                    "java.net.http..",
                    "io.convergate.loadgen.fleet..",
                    "io.convergate.loadgen.origin..",
                    "io.convergate.loadgen.scenario..");

    @ArchTest
    static final ArchRule whatIsSentKnowsNoNetwork = noClasses()
            .that()
            .resideInAPackage("io.convergate.loadgen.request..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.net..");
}
