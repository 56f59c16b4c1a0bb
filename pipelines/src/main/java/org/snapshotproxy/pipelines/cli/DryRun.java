package org.snapshotproxy.pipelines.cli;

import java.util.ArrayList;
import java.util.List;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.ebs.PermissionCheck;

/** Gathers the answers of a dry run and tells them. */
final class DryRun {
  private final List<PermissionCheck.Finding> findings = new ArrayList<>();

  void add(List<PermissionCheck.Finding> more) {
    findings.addAll(more);
  }

  /** Checks something that is told by an exception. */
  void check(String subject, Runnable precondition) {
    try {
      precondition.run();
      findings.add(new PermissionCheck.Finding(subject, PermissionCheck.Outcome.OK, ""));
    } catch (FspException e) {
      findings.add(
          new PermissionCheck.Finding(subject, PermissionCheck.Outcome.FAILED, e.getMessage()));
    }
  }

  /** Prints every answer; 1 if any check failed. */
  int print(Report report) {
    int failed = 0;
    int unknown = 0;
    for (PermissionCheck.Finding finding : findings) {
      String detail = finding.detail().isEmpty() ? "" : ": " + finding.detail();
      switch (finding.outcome()) {
        case OK -> report.line("ok       %s%s", finding.subject(), detail);
        case FAILED -> {
          failed++;
          report.line("FAILED   %s%s", finding.subject(), detail);
        }
        case UNKNOWN -> {
          unknown++;
          report.line("unknown  %s%s", finding.subject(), detail);
        }
      }
    }
    report
        .line(
            "Dry run: %d checks passed, %d failed, %d could not be made; nothing was written.",
            findings.size() - failed - unknown, failed, unknown)
        .field("checks", findings)
        .print();
    return failed == 0 ? 0 : 1;
  }
}
