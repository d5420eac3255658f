package io.convergate.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module's dependency lines. */
@AnalyzeClasses(packages = "io.convergate.config", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BLOCK = "io.convergate.config.block";
    private static final String STORE = "io.convergate.config.store";
    private static final String CONVERGE = "io.convergate.config.converge";
    private static final String MEMBERSHIP = "io.convergate.config.membership";
    private static final String REPLICATE = "io.convergate.config.replicate";
    private static final String PEKKO = "org.apache.pekko..";

    @ArchTest
    static final ArchRule onlyTheDoorLeadsInside = noClasses()
            .that()
            .resideInAPackage("io.convergate.config")
            .and()
            .doNotHaveFullyQualifiedName(ReplicatedConfig.class.getName())
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BLOCK, STORE, CONVERGE, MEMBERSHIP, REPLICATE, PEKKO);

    @ArchTest
    static final ArchRule blocksKnowNothingElse = noClasses()
            .that()
            .resideInAPackage(BLOCK)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, CONVERGE, MEMBERSHIP, REPLICATE, PEKKO, "java.nio.file..", "java.net..");

    @ArchTest
    static final ArchRule theStoreKnowsBlocks = noClasses()
            .that()
            .resideInAPackage(STORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONVERGE, MEMBERSHIP, REPLICATE, PEKKO, "java.net..");

    @ArchTest
    static final ArchRule convergenceKnowsNoNetwork = noClasses()
            .that()
            .resideInAPackage(CONVERGE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, MEMBERSHIP, REPLICATE, PEKKO, "java.net..");

    @ArchTest
    static final ArchRule membershipKnowsNoConfiguration = noClasses()
            .that()
            .resideInAPackage(MEMBERSHIP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(STORE, CONVERGE, REPLICATE);

    @ArchTest
    static final ArchRule noResourceIsInterpreted = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages("io.convergate.routing.read..", "io.convergate.routing.compile..");
}
