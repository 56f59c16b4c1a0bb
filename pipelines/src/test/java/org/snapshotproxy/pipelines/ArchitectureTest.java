package org.snapshotproxy.pipelines;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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

  private static ArchRule knowsOfOursOnly(String room, String... allowed) {
    DescribedPredicate<JavaClass> elsewhere =
        resideInAPackage(OURS).and(not(resideInAnyPackage(allowed)));
    return noClasses().that().resideInAPackage(room).should().dependOnClassesThat(elsewhere);
  }
}
