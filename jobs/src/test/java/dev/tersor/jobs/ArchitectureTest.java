package dev.tersor.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The rooms of jobs, each of which uses only those below it, and what jobs does not know. */
@AnalyzeClasses(packages = "dev.tersor.jobs", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.tersor.jobs.";

  /** Ground floor first; those of a line do not use each other. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("config"),
          List.of("source"),
          List.of("data", "plan"),
          List.of("table", "inference"),
          List.of("fit", "cost", "comparison", "upkeep"),
          List.of("evaluate", "sequence", "codebooks", "device", "network"),
          List.of("sweep", "train"),
          List.of("decode", "choose"),
          List.of("sql", "report"),
          List.of("cli"));

  @ArchTest
  static void everyRoomUsesOnlyThoseBelow(JavaClasses classes) {
    List<String> rooms = FLOORS.stream().flatMap(List::stream).toList();
    for (JavaClass type : classes) {
      String room = type.getPackageName().replace(ROOT, "");
      assertTrue(rooms.contains(room), type.getName() + " is in no known room");
    }
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String room : FLOORS.get(floor)) {
        String[] others =
            FLOORS.subList(floor, FLOORS.size()).stream()
                .flatMap(List::stream)
                .filter(other -> !other.equals(room))
                .map(other -> ROOT + other)
                .toArray(String[]::new);
        if (others.length > 0) {
          noClasses()
              .that()
              .resideInAPackage(ROOT + room)
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others)
              .check(classes);
        }
      }
    }
  }

  @ArchTest
  static final ArchRule KNOWS_NO_BIT_LAYOUT =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching("dev\\.tersor\\.core\\.bits\\.(?!MalformedInputException).*");

  @ArchTest
  static final ArchRule ENGINES_ARE_OPTIONAL =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "inference")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule TRAINING_ENGINE_IS_OPTIONAL =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "train")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule OPTIONS_ARE_READ_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.typesafe.config..");
}
