using System.CommandLine;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>Options and arguments that several verbs have.</summary>
internal sealed class SharedOptions
{
    public Option<string?> Store { get; } = new("--store")
    {
        Description = "where recordings are: file:///path or azblob://account/container[/prefix] (default: $RECORDER_STORE)",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Trust { get; } = new("--trust")
    {
        Description = "whom to believe: a public key file (PEM or DER) or a fingerprint (SHA256:…)",
        HelpName = "FILE|FINGERPRINT",
        Recursive = true,
    };

    /// <summary>A new option each time: the formats differ from verb to verb.</summary>
    public static Option<string?> Format(params string[] formats)
    {
        var option = new Option<string?>("--output", "-o")
        {
            Description = "output format: " + string.Join(", ", formats),
            HelpName = string.Join('|', formats),
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } format && !formats.Contains(format))
                result.AddError($"'{format}' is no output format here: use {string.Join(", ", formats)}");
        });
        return option;
    }

    public static Argument<string?> Session(bool optional) => new("SESSION")
    {
        Description = "a session: its id, a beginning of it that is unique, or 'latest'",
        Arity = optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };
}
