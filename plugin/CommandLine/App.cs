using System.CommandLine;
using System.CommandLine.Help;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Verbs;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>The program without its process: arguments in, exit code out. Errors end here and nowhere else.</summary>
internal sealed class App(Terminal terminal, TimeProvider time, Func<string, string?> environment)
{
    private const int BrokenPipe = 32;   // EPIPE, on Linux and macOS

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            var parsed = Build().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
                throw Misused(parsed);
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (CommandException e)
        {
            return Fail(e.Message, e.Hint);
        }
        catch (StoreException e)
        {
            return Fail(e.Message, e.IsTransient ? "try again" : null);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted", null);
        }
        catch (IOException e) when ((e.HResult & 0xffff) == BrokenPipe)
        {
            return ExitCode.Good;   // whoever read us has enough
        }
        catch (IOException e)
        {
            return Fail(e.Message, null);
        }
        catch (Exception e)
        {
            // The boundary: a fault of ours ends in a line, too, and never in verify's 1 or 2.
            return Fail($"internal error ({e.GetType().Name})", "please report it with the command");
        }
    }

    private RootCommand Build()
    {
        var context = new VerbContext(terminal, time, environment);
        var root = new RootCommand("Reads, follows and verifies the recordings of K8sRecorder.");
        root.SetAction(new HelpText(context.Print).Invoke);
        root.Directives.Clear();
        root.Options.Clear();
        root.Add(context.Options.Store);
        root.Add(context.Options.Trust);
        root.Add(new HelpOption("--help", "-h") { Action = new HelpText(context.Print), Description = "show this help" });
        root.Add(new VersionOption("--version") { Description = "show the version", Action = new VersionText(context.Print) });
        foreach (var verb in new[] { ListVerb.Create(context), ShowVerb.Create(context), LogVerb.Create(context), CatVerb.Create(context), VerifyVerb.Create(context) })
            root.Add(verb);
        return root;
    }

    private static CommandException Misused(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command is Verb command ? " " + command.Name : "";
        var message = parsed.Errors[0].Message.TrimEnd('.');
        return new CommandException(
            message.Length > 1 && char.IsLower(message[1]) ? char.ToLowerInvariant(message[0]) + message[1..] : message,
            $"see 'kubectl recorder{verb} -h'");
    }

    private int Fail(string message, string? hint)
    {
        using var error = new Printer(terminal.Error, terminal.ColourError, null);
        error.Put("kubectl-recorder: ", Tone.Bad).Line(message.TrimEnd('.'));
        if (hint is not null)
            error.Line("hint: " + hint);
        return ExitCode.Usage;
    }
}
