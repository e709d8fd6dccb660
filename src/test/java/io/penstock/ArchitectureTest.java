package io.penstock;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.time.Duration;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.smallrye.config.WithConverter;

/** Holds the packages to the one direction in which they may use each other, and settings to what they have in common. */
@AnalyzeClasses(packages = "io.penstock", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule importsPointOneWay = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("cli").definedBy("io.penstock.cli..")
            .optionalLayer("console").definedBy("io.penstock.console..")
            .layer("route").definedBy("io.penstock.route..")
            .layer("source").definedBy("io.penstock.source..")
            .layer("convert").definedBy("io.penstock.convert..")
            .layer("sink").definedBy("io.penstock.sink..")
            .layer("delivery").definedBy("io.penstock.delivery..")
            .layer("json").definedBy("io.penstock.json..")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("console").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("route").mayOnlyBeAccessedByLayers("cli", "console")
            .whereLayer("source").mayOnlyBeAccessedByLayers("cli", "route")
            .whereLayer("convert").mayOnlyBeAccessedByLayers("cli", "route")
            .whereLayer("sink").mayOnlyBeAccessedByLayers("cli", "route")
            .whereLayer("delivery").mayOnlyBeAccessedByLayers("cli", "console", "route", "source", "sink")
            .whereLayer("json").mayOnlyBeAccessedByLayers("route", "convert", "sink");

    @ArchTest
    static final ArchRule everySettingsDurationIsChecked = methods().that().haveRawReturnType(Duration.class)
            .and().areDeclaredInClassesThat().haveNameMatching(".*Config(\\$.*)?").should().beAnnotatedWith(WithConverter.class);

    @ArchTest
    static final ArchRule noCycles = slices().matching("io.penstock.(*)..").should().beFreeOfCycles();
}
