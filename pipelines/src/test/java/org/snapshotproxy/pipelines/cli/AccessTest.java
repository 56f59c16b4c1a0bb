package org.snapshotproxy.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snapshotproxy.endpoint.auth.Credential;

/** Regions, accounts and endpoints: each side of a copy has its own. */
@Tag("either-line")
class AccessTest {
  private static final String WORK = "111111111111";
  private static final String BACKUP = "222222222222";
  private static final Map<Integer, byte[]> BLOCKS =
      Map.of(0, Witness.block(1), 70, Witness.block(2));

  @TempDir Path directory;
  private TestCloud cloud;
  private Witness work;
  private Witness backup;
  private String id;

  @BeforeEach
  void start() throws Exception {
    cloud =
        TestCloud.start(
            config ->
                config.credentials(
                    List.of(
                        new Credential("AKIDWORK", "work-secret", WORK),
                        new Credential("AKIDBACKUP", "backup-secret", BACKUP))));
    work = cloud.in("us-east-1", "AKIDWORK", "work-secret");
    backup = cloud.in("eu-west-1", "AKIDBACKUP", "backup-secret");
    id = work.completed(1, BLOCKS);
    TestCloud.signAsNobody();
    System.setProperty("aws.disableEc2Metadata", "true");
    profiles();
  }

  private void profiles() throws IOException {
    Path credentials =
        Files.writeString(
            directory.resolve("credentials"),
            """
            [work]
            aws_access_key_id = AKIDWORK
            aws_secret_access_key = work-secret
            [backup]
            aws_access_key_id = AKIDBACKUP
            aws_secret_access_key = backup-secret
            """);
    Path config =
        Files.writeString(
            directory.resolve("config"),
            """
            [profile work]
            region = us-east-1
            [profile backup]
            region = eu-west-1
            """);
    System.setProperty("aws.sharedCredentialsFile", credentials.toString());
    System.setProperty("aws.configFile", config.toString());
  }

  @AfterEach
  void stop() throws Exception {
    System.clearProperty("aws.sharedCredentialsFile");
    System.clearProperty("aws.configFile");
    System.clearProperty("aws.disableEc2Metadata");
    cloud.close();
  }

  @Test
  void aCopyBetweenProfilesIsTheDestinationsOwn() throws Exception {
    Invocation copy =
        cloud.fsp("copy", id, "--profile", "work", "--destination-profile", "backup").succeeded();

    assertThat(backup.snapshots()).containsExactly(copy.lastLine());
    assertThat(backup.describe(copy.lastLine()).ownerId()).isEqualTo(BACKUP);
    assertSame(work, id, backup, copy.lastLine());
  }

  @Test
  void theRegionOfAProfileIsItsDefault() throws Exception {
    String there = backup.completed(1, BLOCKS);

    Invocation list = cloud.fsp("list", there, "--profile", "backup");

    assertThat(list.code()).as(list.err()).isZero();
  }

  @Test
  void anAssumedRoleOwnsTheCopy() throws Exception {
    TestCloud.signAs("AKIDWORK", "work-secret");

    Invocation copy =
        cloud
            .fsp(
                "copy",
                id,
                "-d",
                "eu-west-1",
                "--destination-role-arn",
                "arn:aws:iam::" + BACKUP + ":role/backup")
            .succeeded();

    assertThat(backup.describe(copy.lastLine()).ownerId()).isEqualTo(BACKUP);
    assertSame(work, id, backup, copy.lastLine());
  }

  @Test
  void anAssumedRoleReadsTheOrigin() {
    TestCloud.signAs("AKIDBACKUP", "backup-secret");

    Invocation list = cloud.fsp("list", id, "--role-arn", "arn:aws:iam::" + WORK + ":role/reader");

    assertThat(list.code()).as(list.err()).isZero();
  }

  @Test
  void aCopyBetweenEndpointsIsOnTheOtherOne() throws Exception {
    try (TestCloud other = TestCloud.start()) {
      TestCloud.signAs("AKIDWORK", "work-secret");

      Invocation copy =
          cloud.fsp("copy", id, "--destination-endpoint-url", other.url()).succeeded();

      Witness elsewhere = other.in("us-east-1");
      assertThat(elsewhere.snapshots()).containsExactly(copy.lastLine());
      assertThat(work.snapshots()).containsExactly(id);
      assertSame(work, id, elsewhere, copy.lastLine());
    }
  }

  @Test
  void aProfileThatIsGivenGoesOverTheKeysOfTheSurroundings() {
    TestCloud.signAs("AKIDBACKUP", "backup-secret");

    Invocation list = cloud.fsp("list", id, "--profile", "work");

    assertThat(list.code()).as(list.err()).isZero();
  }

  @Test
  void aProfileThatDoesNotExistIsNamed() {
    Invocation list = cloud.fsp("list", id, "--profile", "nobody");

    assertThat(list.code()).isEqualTo(1);
    assertThat(list.out()).isEmpty();
    assertThat(list.err()).startsWith("fsp: ").contains("nobody").hasLineCount(1);
  }

  @Test
  void aWrongSecretIsSaidToBeOne() {
    TestCloud.signAs("AKIDWORK", "not-the-secret");

    Invocation list = cloud.fsp("list", id);

    assertThat(list.code()).isEqualTo(1);
    assertThat(list.err()).startsWith("fsp: ").contains("its secret").hasLineCount(1);
  }

  private void assertSame(Witness from, String origin, Witness to, String copy) throws IOException {
    Shell.assertSameBytes(
        from.restore(origin, directory.resolve("expected")),
        to.restore(copy, directory.resolve("restored")));
  }
}
