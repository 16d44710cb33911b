package io.eventdedup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** The rooms of the house, and the doors between them. */
@AnalyzeClasses(packages = "io.eventdedup", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDENCIES_RUN_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("app")
            .definedBy("io.eventdedup.app..")
            .layer("page")
            .definedBy("io.eventdedup.page..")
            .layer("route")
            .definedBy("io.eventdedup.route..")
            .layer("backtest")
            .definedBy("io.eventdedup.backtest..")
            .layer("sqs")
            .definedBy("io.eventdedup.sqs..")
            .layer("dynamodb")
            .definedBy("io.eventdedup.dynamodb..")
            .layer("event")
            .definedBy("io.eventdedup.event..")
            .layer("claim")
            .definedBy("io.eventdedup.claim..")
            .layer("key")
            .definedBy("io.eventdedup.key..")
            .layer("aws")
            .definedBy("io.eventdedup.aws..")
            .layer("json")
            .definedBy("io.eventdedup.json..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("page")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("route")
            .mayOnlyBeAccessedByLayers("app", "page")
            .whereLayer("backtest")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("sqs")
            .mayOnlyBeAccessedByLayers("app", "page", "route")
            .whereLayer("dynamodb")
            .mayOnlyBeAccessedByLayers("app", "route")
            .whereLayer("key")
            .mayOnlyBeAccessedByLayers("app", "page", "route", "event", "backtest")
            .whereLayer("event")
            .mayOnlyBeAccessedByLayers("app", "page", "route", "sqs")
            .whereLayer("claim")
            .mayOnlyBeAccessedByLayers("app", "page", "route", "sqs", "dynamodb", "event")
            .whereLayer("aws")
            .mayOnlyBeAccessedByLayers("app", "route", "sqs", "dynamodb")
            .whereLayer("json")
            .mayOnlyBeAccessedByLayers("app", "route", "backtest", "key");

    @ArchTest
    static final ArchRule CLAIMS_KNOW_NEITHER_AWS_NOR_CAMEL = noClasses()
            .that()
            .resideInAPackage("io.eventdedup.claim..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon..", "org.apache.camel..");

    @ArchTest
    static final ArchRule EVENTS_KNOW_NO_AWS = noClasses()
            .that()
            .resideInAPackage("io.eventdedup.event..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule NO_CIRCLES = SlicesRuleDefinition.slices()
            .matching("io.eventdedup.(*)..")
            .should()
            .beFreeOfCycles();
}
