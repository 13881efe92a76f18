using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>Prints help as kubectl does: what, examples, flags, usage, exit codes.</summary>
internal sealed class HelpText(Func<Printer> printer) : SynchronousCommandLineAction
{
    private const string Program = "kubectl recorder";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        using var output = printer();
        var command = parseResult.CommandResult.Command;
        output.Block(command.Description ?? "", 0);
        if (command is Verb verb)
            PrintVerb(output, verb);
        else
            PrintRoot(output, command);
        return ExitCode.Good;
    }

    private static void PrintRoot(Printer output, Command root)
    {
        Heading(output, "Usage");
        output.Block($"{Program} [--store URL] [--trust FILE|FINGERPRINT] VERB", 2);
        Heading(output, "Verbs");
        Pairs(output, root.Subcommands.Select(verb => (verb.Name, verb.Description ?? "")));
        Heading(output, "Flags");
        Pairs(output, Flags(root));
        output.End();
        output.Block($"Use \"{Program} VERB -h\" for more about a verb.", 0);
    }

    private static void PrintVerb(Printer output, Verb verb)
    {
        output.End();
        output.Block(verb.Help.Details, 0);
        Heading(output, "Examples");
        foreach (var (want, example) in verb.Help.Examples)
        {
            output.Line("  # " + want, Tone.Faint);
            output.Line("  " + example);
        }
        Heading(output, "Usage");
        output.Line($"  {Program} {string.Join(' ', new[] { verb.Name }.Concat(verb.Arguments.Select(Usage)))} [flags]");
        if (verb.Arguments.Count > 0)
        {
            Heading(output, "Arguments");
            Pairs(output, verb.Arguments.Select(argument => (argument.Name, argument.Description ?? "")));
        }
        Heading(output, "Flags");
        Pairs(output, Flags(verb).Concat(verb.Parents.OfType<Command>().SelectMany(parent => Flags(parent, inheritedOnly: true))));
        Heading(output, "Exit codes");
        Pairs(output, verb.Help.ExitCodes.Select(code => (code.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), code.Meaning)));
    }

    private static string Usage(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name;

    private static IEnumerable<(string, string)> Flags(Command command, bool inheritedOnly = false) =>
        from option in command.Options
        where !option.Hidden && (!inheritedOnly || (option.Recursive && option is not HelpOption))
        let names = new[] { option.Name }.Concat(option.Aliases).Where(name => name.StartsWith('-')).OrderBy(name => name.Length)
        let value = option.ValueType == typeof(bool) || option is HelpOption or VersionOption ? "" : " " + (option.HelpName ?? "VALUE")
        select (string.Join(", ", names) + value, option.Description ?? "");

    private static void Heading(Printer output, string title) => output.End().Line(title + ":", Tone.Strong);

    private static void Pairs(Printer output, IEnumerable<(string Left, string Right)> pairs)
    {
        const int Indent = 2;
        const int Gap = 3;
        const int WidestLeft = 30;
        var all = pairs.ToList();
        var left = Math.Min(WidestLeft, all.Max(pair => pair.Left.Length));
        var room = output.Width is { } width ? Math.Max(30, width - Indent - left - Gap) : 90;
        foreach (var (name, text) in all)
        {
            output.Put(new string(' ', Indent) + name.PadRight(left + Gap));
            var first = name.Length <= left;
            if (!first)
                output.End();
            foreach (var row in LineBreaks.Of(text, room))
            {
                output.Put(first ? "" : new string(' ', Indent + left + Gap)).Line(row);
                first = false;
            }
        }
    }
}
