package io.blobcache.node.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the command line: wires the commands, turns failures into one line and an exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("version")) {
            // Asked by scripts that wait: answered before the 200 ms in which picocli is loaded.
            System.out.println(VersionCommand.line());
            return;
        }
        Map<String, String> environment = System.getenv();
        int code = run(
                new Surroundings(
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                        environment,
                        MountRegistry.ofThisUser(environment),
                        AgentStarter::node),
                args);
        System.exit(code);
    }

    /** @return the exit code */
    static int run(Surroundings surroundings, String... args) {
        CommandLine line = new CommandLine(new RootCommand())
                .addSubcommand(new MountCommand(surroundings))
                .addSubcommand(new UnmountCommand(surroundings))
                .addSubcommand(new AgentCommand(surroundings))
                .addSubcommand(new ClusterCommand(surroundings))
                .addSubcommand(new WaitCommand(surroundings))
                .addSubcommand(new StatCommand(surroundings))
                .addSubcommand(new WarmCommand(surroundings))
                .addSubcommand(new PutCommand(surroundings))
                .addSubcommand(new GetCommand(surroundings))
                .addSubcommand(new ConfigCommand(surroundings))
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new VersionCommand(surroundings))
                .addSubcommand(new RehearseCommand(surroundings))
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler((e, _) -> wrongArguments(e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command, parsed, surroundings));
        for (CommandLine command : line.getSubcommands().values()) {
            exitCodes(command);
        }
        exitCodes(line);
        return line.execute(args);
    }

    private static void exitCodes(CommandLine command) {
        command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
        command.getCommandSpec().usageMessage().exitCodeList(ExitCode.table());
    }

    private static int wrongArguments(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            message = near.isEmpty() ? message : message + " (did you mean '" + near.getFirst() + "'?)";
        }
        command.getErr().println("blobcache: " + message + ": see '" + name + " --help'");
        return ExitCode.USAGE.code();
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed, Surroundings surroundings) {
        CommandFailure failure = Failures.of(e);
        failure.lines().forEach(text -> command.getErr().println("blobcache: " + text));
        boolean verbose = parsed.hasMatchedOption("--verbose")
                || "1".equals(surroundings.environment().get("BLOBCACHE_DEBUG"));
        if (verbose) {
            e.printStackTrace(command.getErr());
        }
        return failure.exit().code();
    }
}
