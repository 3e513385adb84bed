package dev.tersor.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The floors of both modules of core: a package uses only the floors below it. */
class ArchitectureTest {
  /** The front door's package, and what those of the floors begin with. */
  private static final String DOOR = "dev.tersor.core";

  private static final String ROOT = DOOR + ".";

  /** Ground floor first. */
  private static final List<String> FLOORS =
      List.of(
          "bits",
          "data",
          "tensor",
          "checkpoint",
          "prune",
          "quantize",
          "wavelet",
          "symbol",
          "index",
          "encode",
          "device",
          "exact",
          DOOR,
          "kernel",
          "network",
          "model",
          "infer",
          "board",
          "tflm");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.tersor.core");

  @Test
  void everyPackageIsAFloor() {
    for (JavaClass type : CLASSES) {
      String floor = type.getPackageName().replace(ROOT, "");
      // A floor has rooms of its own: checkpoint.tflite is one of checkpoint.
      String first = floor.equals(DOOR) ? floor : floor.replaceFirst("\\..*", "");
      assertTrue(FLOORS.contains(first), type.getName() + " is in no known package");
    }
  }

  @Test
  void aFloorUsesOnlyThoseBelow() {
    for (int i = 0; i < FLOORS.size(); i++) {
      String[] above = packages(FLOORS.subList(i + 1, FLOORS.size()));
      if (above.length > 0) {
        noClasses()
            .that()
            .resideInAPackage(pattern(FLOORS.get(i)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(above)
            .allowEmptyShould(true)
            .check(CLASSES);
      }
    }
  }

  @Test
  void modelsKnowOnlyTensorsAndCheckpoints() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "model..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.tersor.core..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(packages(List.of("model", "tensor", "checkpoint"))))))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** A format's reader uses what all readers share, and what it shares with no other is its own. */
  @Test
  void formatsDoNotKnowEachOther() {
    slices().matching(ROOT + "checkpoint.(*)..").should().notDependOnEachOther().check(CLASSES);
  }

  @Test
  void coreKnowsNoSparkAndNoHadoop() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(CLASSES);
  }

  @Test
  void librariesStayInTheirRooms() {
    onlyIn("checkpoint", "com.fasterxml.jackson..", "com.google.protobuf..");
    onlyIn("model", "com.typesafe..");
    onlyIn("symbol", "com.github.luben..");
  }

  private static void onlyIn(String floor, String... libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + floor + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries)
        .check(CLASSES);
  }

  /** A final array or collection is as mutable as a field that is not final. */
  @Test
  void noPublicStaticFieldIsMutable() {
    fields()
        .that(describe("are public and static", ArchitectureTest::isPublicStatic))
        .should()
        .beFinal()
        .andShould(
            condition(
                "hold no array, collection or map",
                field ->
                    !field.getRawType().isArray()
                        && !field.getRawType().isAssignableTo(Collection.class)
                        && !field.getRawType().isAssignableTo(Map.class)))
        .check(CLASSES);
  }

  private static boolean isPublicStatic(JavaField field) {
    return field.getModifiers().containsAll(List.of(JavaModifier.PUBLIC, JavaModifier.STATIC));
  }

  private static ArchCondition<JavaField> condition(
      String description, Predicate<JavaField> holds) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        events.add(
            new SimpleConditionEvent(field, holds.test(field), field.getFullName() + " does not"));
      }
    };
  }

  private static String[] packages(List<String> floors) {
    return floors.stream().map(ArchitectureTest::pattern).toArray(String[]::new);
  }

  private static String pattern(String floor) {
    return floor.equals(DOOR) ? DOOR : ROOT + floor + "..";
  }
}
