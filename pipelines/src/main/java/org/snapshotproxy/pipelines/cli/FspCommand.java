package org.snapshotproxy.pipelines.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snapshotproxy.connectors.base.FspException;
import org.snapshotproxy.connectors.s3.S3Access;
import org.snapshotproxy.pipelines.bench.BenchmarkCommand;
import org.snapshotproxy.pipelines.job.ClusterAddress;
import org.snapshotproxy.pipelines.job.ClusterEnvironment;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command and the options that every command shares. */
@Command(
    name = "fsp",
    description = "Moves EBS snapshots between regions, accounts, disks, files and S3.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = {
      ListCommand.class,
      DiffCommand.class,
      DownloadCommand.class,
      DeltaDownloadCommand.class,
      UploadCommand.class,
      CopyCommand.class,
      SyncCommand.class,
      MulticloneCommand.class,
      FanoutCommand.class,
      MoveToS3Command.class,
      GetFromS3Command.class,
      VerifyCommand.class,
      StatusCommand.class,
      StopCommand.class,
      ResumeCommand.class,
      EndpointCommand.class,
      DemoCommand.class,
      BenchmarkCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  fsp demo",
      "  fsp list snap-0123456789abcdef0",
      "  fsp -o us-east-1 copy snap-0123456789abcdef0 -d eu-west-1"
    })
public final class FspCommand implements Runnable {
  @Option(
      scope = ScopeType.INHERIT,
      names = {"-o", "--origin_region", "--origin-region"},
      paramLabel = "REGION",
      description =
          "Region of the origin. Default: AWS_REGION, the AWS config file, then us-east-1.")
  private String originRegion;

  @Option(
      names = {"-d", "--dry_run", "--dry-run"},
      scope = ScopeType.LOCAL,
      description =
          "Check permissions and preconditions, say which could not be checked, write nothing.")
  private boolean dryRun;

  @Option(
      scope = ScopeType.INHERIT,
      names = {"-q", "--quiet"},
      description = "Errors only on standard error.")
  private boolean quiet;

  @Option(
      scope = ScopeType.INHERIT,
      names = {"-v", "--verbosity"},
      description =
          "More on standard error: -v blocks passed and failed for each destination, -vv each block, -vvv each retry, and what Flink and the AWS SDK say.")
  private boolean[] verbosity = {};

  @Option(
      scope = ScopeType.INHERIT,
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Profile of the shared AWS files. Default: AWS_PROFILE, then the default credentials.")
  private String profile;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--role-arn",
      paramLabel = "ARN",
      description = "Role to assume for the origin.")
  private String roleArn;

  @Option(
      scope = ScopeType.INHERIT,
      names = {"--endpoint-url", "--endpoint_url"},
      paramLabel = "URL",
      description =
          "Endpoint of every AWS service. Default: AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>, then AWS.")
  private String endpointUrl;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--max-requests-per-second",
      paramLabel = "N",
      description =
          "Blocks read from a snapshot, or put into one, in a second, by all subtasks of the job together. Default: 1000, the service's default quota.")
  private Double maxRequests;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--cluster",
      paramLabel = "HOST:PORT",
      description =
          "Run the job on the Flink cluster whose REST API answers there. Default: in this process.")
  private String cluster;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--detached",
      description =
          "With --cluster: print the job's id and return at once; the job seals what it makes by itself.")
  private boolean detached;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallel subtasks. Default: the processors here, or the cluster's default.")
  private Integer parallelism;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--run-id",
      paramLabel = "ID",
      description =
          "Identity of this run. The same id starts the same snapshot, not a second one. Default: random.")
  private String runId;

  private final String randomRunId = UUID.randomUUID().toString();

  @Option(
      scope = ScopeType.INHERIT,
      names = "--json",
      description = "One JSON object on standard output instead of the lines.")
  private boolean json;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--no-progress",
      description = "No progress bar, even when a person watches.")
  private boolean noProgress;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--stacktrace",
      description = "Print the stack trace of an error.")
  private boolean stacktrace;

  @Option(
      scope = ScopeType.INHERIT,
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A Flink or fsp option, over those of conf/config.yaml. Repeatable.")
  private void addOptions(Map<String, String> pairs) {
    // Not a field: of one that is inherited the parser forgets, behind the command, what stood
    // before it.
    options.putAll(pairs);
  }

  private final Map<String, String> options = new TreeMap<>();

  @Option(
      scope = ScopeType.INHERIT,
      names = {"--nodeps", "--suppress_writes"},
      description =
          "Accepted for the reference tool's scripts: nothing is ever installed, and writes are suppressed by --dry-run.")
  private boolean ignored;

  /** Commands that have no job, or need this machine. */
  private static final Set<String> LOCAL =
      Set.of("endpoint", "demo", "benchmark", "generate-completion", "help");

  /** Those that submit none by themselves. */
  private static final Set<String> WITHOUT_JOB =
      Stream.concat(LOCAL.stream(), Stream.of("status", "stop", "resume", ""))
          .collect(Collectors.toUnmodifiableSet());

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private final PrintStream out;
  private final PrintStream err;

  private final List<String> arguments;

  private FspCommand(List<String> arguments, PrintStream out, PrintStream err) {
    this.arguments = arguments;
    this.out = out;
    this.err = err;
  }

  /** Parses and runs one command; 0 for success, 1 for a failure, 2 for wrong usage. */
  public static int run(String[] arguments, PrintStream out, PrintStream err) {
    FspCommand root = new FspCommand(List.of(arguments), out, err);
    CommandLine line = new CommandLine(root);
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // A run or a profile may have the name of a command.
    line.setAllowSubcommandsAsOptionParameters(true);
    line.registerConverter(Path.class, FspCommand::path);
    line.setExecutionStrategy(
        parsed -> {
          Logging.configure(root.quiet, root.verbosity.length);
          return root.execute(parsed);
        });
    line.setExecutionExceptionHandler((failure, command, parsed) -> root.report(failure));
    line.setParameterExceptionHandler(
        (failure, parameters) -> {
          err.println("fsp: " + Sentences.misunderstood(failure));
          err.println(
              "Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
          return 2;
        });
    return line.execute(arguments);
  }

  private static Path path(String text) {
    try {
      return PathName.parse(text);
    } catch (UsageException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  /** Runs a command where its job is to run. */
  private int execute(CommandLine.ParseResult parsed) {
    String command = parsed.hasSubcommand() ? parsed.subcommand().commandSpec().name() : "";
    boolean submits = cluster != null && !WITHOUT_JOB.contains(command);
    try {
      if (detached && cluster == null) {
        throw new UsageException(
            "--detached is for a job on a cluster; name it with --cluster HOST:PORT.");
      }
      if (cluster != null && LOCAL.contains(command)) {
        throw new UsageException("'fsp " + command + "' runs here only, not on a cluster.");
      }
      if (!LOCAL.contains(command) && !command.isEmpty()) {
        Settings settings = new Settings(this);
        FileSystems.load(settings.local(), S3Access.of(settings.origin(), null));
      }
      if (submits) {
        ClusterEnvironment.install(neededCluster(), System.getProperty("fsp.job-jar"), detached);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } catch (IOException | RuntimeException e) {
      return report(e); // Flink refuses a value that is no number in its own way
    }
    try {
      return new CommandLine.RunLast().execute(parsed);
    } finally {
      if (submits) {
        ClusterEnvironment.uninstall();
      }
    }
  }

  private int report(Exception failure) {
    if (failure instanceof UsageException) {
      err.println("fsp: " + failure.getMessage());
      return 2;
    }
    boolean told = failure.getMessage() != null;
    err.println("fsp: " + (told ? Sentences.of(failure) : failure.getClass().getSimpleName()));
    if (stacktrace || verbosity.length >= 3 || !told && !(failure instanceof FspException)) {
      failure.printStackTrace(err);
    }
    return 1;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which command? See 'fsp --help'.");
  }

  String originRegion() {
    return originRegion;
  }

  boolean dryRun() {
    return dryRun;
  }

  boolean quiet() {
    return quiet;
  }

  String profile() {
    return profile;
  }

  String roleArn() {
    return roleArn;
  }

  String endpointUrl() {
    return endpointUrl;
  }

  Integer parallelism() {
    return parallelism;
  }

  /** The cluster that jobs are to run on; empty where the user names none. */
  Optional<ClusterAddress> cluster() {
    return Optional.ofNullable(cluster).map(ClusterAddress::parse);
  }

  /** The cluster that a command is about. */
  ClusterAddress neededCluster() {
    return cluster()
        .orElseThrow(() -> new UsageException("Which cluster? Name it with --cluster HOST:PORT."));
  }

  /** Or null. */
  Double maxRequests() {
    return maxRequests;
  }

  boolean detached() {
    return detached;
  }

  /** What this run was asked for, for {@link ResumeCommand}. */
  String record() {
    return RunRecord.of(arguments, runId());
  }

  /** Letters, digits, dots, dashes and underscores: it becomes part of a file's name. */
  String runId() {
    if (runId != null && !runId.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new UsageException(
          "--run-id is '"
              + runId
              + "'; it has 1 to 64 letters, digits, dots, dashes and underscores.");
    }
    return runIdGiven() ? runId : randomRunId;
  }

  /** The command line as it was given. */
  List<String> arguments() {
    return arguments;
  }

  boolean runIdGiven() {
    return runId != null;
  }

  boolean json() {
    return json;
  }

  boolean progress() {
    return !noProgress && !quiet;
  }

  Map<String, String> options() {
    return options;
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }
}
