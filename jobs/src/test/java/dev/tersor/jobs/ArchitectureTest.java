package dev.tersor.jobs;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** The floors of jobs, and what jobs does not know. */
@AnalyzeClasses(packages = "dev.tersor.jobs", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule FLOORS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("config")
          .definedBy("dev.tersor.jobs.config")
          .layer("source")
          .definedBy("dev.tersor.jobs.source")
          .layer("data")
          .definedBy("dev.tersor.jobs.data")
          .layer("evaluate")
          .definedBy("dev.tersor.jobs.evaluate")
          .layer("plan")
          .definedBy("dev.tersor.jobs.plan")
          .layer("table")
          .definedBy("dev.tersor.jobs.table")
          .layer("run")
          .definedBy("dev.tersor.jobs.run")
          .layer("comparison")
          .definedBy("dev.tersor.jobs.comparison")
          .layer("train")
          .definedBy("dev.tersor.jobs.train")
          .layer("sql")
          .definedBy("dev.tersor.jobs.sql")
          .layer("report")
          .definedBy("dev.tersor.jobs.report")
          .layer("cli")
          .definedBy("dev.tersor.jobs.cli")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("sql")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("comparison")
          .mayOnlyBeAccessedByLayers("report", "cli")
          .whereLayer("run")
          .mayOnlyBeAccessedByLayers("train", "sql", "report", "cli")
          .whereLayer("table")
          .mayOnlyBeAccessedByLayers("run", "train", "comparison", "sql", "report", "cli")
          .whereLayer("plan")
          .mayOnlyBeAccessedByLayers("table", "run", "train", "report", "cli")
          .whereLayer("evaluate")
          .mayOnlyBeAccessedByLayers("run", "train", "report", "cli")
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers("evaluate", "run", "train", "report", "cli")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers(
              "data", "evaluate", "plan", "table", "run", "train", "sql", "report", "cli");

  @ArchTest
  static final ArchRule KNOWS_NO_BIT_LAYOUT =
      ArchRuleDefinition.noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching("dev\\.tersor\\.core\\.bits\\.(?!MalformedInputException).*");

  @ArchTest
  static final ArchRule ENGINES_ARE_OPTIONAL =
      ArchRuleDefinition.noClasses()
          .that()
          .resideOutsideOfPackage("dev.tersor.jobs.evaluate")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule TRAINING_ENGINE_IS_OPTIONAL =
      ArchRuleDefinition.noClasses()
          .that()
          .resideOutsideOfPackage("dev.tersor.jobs.train")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule OPTIONS_ARE_READ_IN_ONE_PLACE =
      ArchRuleDefinition.noClasses()
          .that()
          .resideOutsideOfPackage("dev.tersor.jobs.config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.typesafe.config..");
}
