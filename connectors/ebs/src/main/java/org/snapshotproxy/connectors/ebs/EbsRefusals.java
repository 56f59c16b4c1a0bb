package org.snapshotproxy.connectors.ebs;

import java.util.Map;
import java.util.Optional;
import org.snapshotproxy.connectors.aws.Faults;
import org.snapshotproxy.connectors.aws.ServiceFaults;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ebs.model.AccessDeniedException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ValidationException;

/**
 * What the EBS direct APIs refuse for good, and what helps. The codes and reasons are those of the
 * service's model, the quotas those of the Service Quotas console.
 */
final class EbsRefusals implements ServiceFaults {
  static final ServiceFaults KNOWN = new EbsRefusals();

  private static final String KEY_MISSING =
      "the KMS key does not exist in this region, is disabled, or may not be used for EBS; give the ARN of a symmetric key of this region";

  /** By the error's code, and its reason where that says more. */
  private static final Map<String, String> REMEDIES =
      Map.of(
          "ConcurrentLimitExceededException",
          "the account has as many pending snapshots as its quota allows (Pending snapshots per account, L-94D7AB7D: 100, not adjustable); complete or delete some of them first",
          "ServiceQuotaExceededException",
          "a quota of the account is used up, most likely that of its snapshots (Snapshots per Region, L-309BACF6: 100,000 by default, adjustable); delete some, or have the quota raised",
          "ValidationException/INVALID_CUSTOMER_KEY",
          KEY_MISSING,
          "ResourceNotFoundException/DEPENDENCY_RESOURCE_NOT_FOUND",
          KEY_MISSING,
          "AccessDeniedException/DEPENDENCY_ACCESS_DENIED/read",
          "the caller needs the permission kms:Decrypt on the KMS key of the snapshot, by a policy of its own or of the key",
          "AccessDeniedException/DEPENDENCY_ACCESS_DENIED/write",
          "the caller needs the permissions kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on the KMS key, by a policy of its own or of the key");

  private EbsRefusals() {}

  @Override
  public boolean passes(AwsServiceException error) {
    return EbsFaults.isConflictingUpdate(error);
  }

  @Override
  public Optional<String> remedy(String operation, AwsServiceException error) {
    String code = Faults.code(error);
    String reason = reason(error);
    String side = operation.startsWith("Get") || operation.startsWith("List") ? "/read" : "/write";
    return Optional.ofNullable(REMEDIES.get(code))
        .or(() -> Optional.ofNullable(REMEDIES.get(code + "/" + reason)))
        .or(() -> Optional.ofNullable(REMEDIES.get(code + "/" + reason + side)));
  }

  private static String reason(AwsServiceException error) {
    if (error instanceof AccessDeniedException denied) {
      return denied.reasonAsString();
    }
    if (error instanceof ResourceNotFoundException missing) {
      return missing.reasonAsString();
    }
    return error instanceof ValidationException invalid ? invalid.reasonAsString() : "";
  }
}
