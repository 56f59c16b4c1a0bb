package org.snapshotproxy.pipelines;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;

/** The arrows between the rooms point one way: pipelines, operators, the connectors' base. */
@AnalyzeClasses(packages = "org.snapshotproxy", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
  private static final String OURS = "org.snapshotproxy..";
  private static final String BASE = "org.snapshotproxy.connectors.base..";
  private static final String AWS = "org.snapshotproxy.connectors.aws..";
  private static final String EBS = "org.snapshotproxy.connectors.ebs..";
  private static final String S3 = "org.snapshotproxy.connectors.s3..";
  private static final String DEVICE = "org.snapshotproxy.connectors.device..";
  private static final String ENDPOINT = "org.snapshotproxy.endpoint..";
  private static final String OPERATORS = "org.snapshotproxy.operators..";
  private static final String SDK = "software.amazon.awssdk..";

  @ArchTest static final ArchRule baseKnowsNobody = knowsOfOursOnly(BASE, BASE);
  @ArchTest static final ArchRule awsKnowsBaseOnly = knowsOfOursOnly(AWS, AWS, BASE);
  @ArchTest static final ArchRule ebsKnowsAwsAndBaseOnly = knowsOfOursOnly(EBS, EBS, AWS, BASE);
  @ArchTest static final ArchRule deviceKnowsBaseOnly = knowsOfOursOnly(DEVICE, DEVICE, BASE);
  @ArchTest static final ArchRule endpointKnowsNobody = knowsOfOursOnly(ENDPOINT, ENDPOINT);

  @ArchTest
  static final ArchRule operatorsKnowBaseOnly = knowsOfOursOnly(OPERATORS, OPERATORS, BASE);

  @ArchTest
  static final ArchRule operatorsCallNoAwsAndNoFile =
      noClasses()
          .that()
          .resideInAPackage(OPERATORS)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(SDK, "java.nio.file..")
                  .or(JavaClass.Predicates.belongToAnyOf(java.io.File.class)));

  @ArchTest
  static final ArchRule theSdkIsSeenByItsConnectorsOnly =
      noClasses()
          .that()
          .resideOutsideOfPackages(AWS, EBS, S3, "org.snapshotproxy.pipelines.bench..")
          .and()
          .doNotHaveFullyQualifiedName("org.snapshotproxy.pipelines.cli.Settings")
          .should()
          .dependOnClassesThat(resideInAPackage(SDK));

  @ArchTest
  static final ArchRule settingsKnowTheSdksRegionsOnly =
      noClasses()
          .that()
          .haveFullyQualifiedName("org.snapshotproxy.pipelines.cli.Settings")
          .should()
          .dependOnClassesThat(
              resideInAPackage(SDK)
                  .and(
                      not(
                          resideInAnyPackage(
                              "software.amazon.awssdk.regions..",
                              "software.amazon.awssdk.core.exception.."))));

  @ArchTest
  static final ArchRule packagesMakeNoCycle =
      slices()
          .matching("org.snapshotproxy.(**)")
          .should()
          .beFreeOfCycles()
          // Benchmarks run the whole tool, and one command of it is to run them.
          .ignoreDependency(
              resideInAPackage("org.snapshotproxy.pipelines.bench.."),
              DescribedPredicate.alwaysTrue());

  /** ArchUnit's own option knows no build directory but {@code target}. */
  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule thePublicApiSpeaksOfItselfOnly =
      classes()
          .that(DescribedPredicate.describe("are of the public API", ArchitectureTest::isApi))
          .and()
          .arePublic()
          .should(
              new ArchCondition<>("take, give and be of ours only what is public API as well") {
                @Override
                public void check(JavaClass api, ConditionEvents events) {
                  spokenOf(api)
                      .filter(each -> each.getPackageName().startsWith("org.snapshotproxy."))
                      .filter(each -> !isApi(each))
                      .forEach(
                          each ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      api, api.getName() + " speaks of " + each.getName())));
                }
              });

  private static boolean isApi(JavaClass type) {
    return type.isAnnotatedWith(PublicEvolving.class)
        || type.getEnclosingClass().map(ArchitectureTest::isApi).orElse(false);
  }

  /** What a class extends, implements, and has in the signatures of its public methods. */
  private static Stream<JavaClass> spokenOf(JavaClass type) {
    Stream<JavaClass> signatures =
        type.getCodeUnits().stream()
            .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(
                unit ->
                    Stream.concat(
                        Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream()));
    return Stream.of(type.getRawSuperclass().stream(), type.getRawInterfaces().stream(), signatures)
        .flatMap(each -> each)
        .map(JavaClass::getBaseComponentType);
  }

  private static ArchRule knowsOfOursOnly(String room, String... allowed) {
    DescribedPredicate<JavaClass> elsewhere =
        resideInAPackage(OURS).and(not(resideInAnyPackage(allowed)));
    return noClasses().that().resideInAPackage(room).should().dependOnClassesThat(elsewhere);
  }
}
