using System.CommandLine;
using Azure.Identity;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.CommandLine;

/// <summary>What every verb works with.</summary>
internal sealed class VerbContext(Terminal terminal, TimeProvider time, Func<string, string?> environment)
{
    public const string StoreVariable = "RECORDER_STORE";
    private const string ConnectionVariable = "AZURE_STORAGE_CONNECTION_STRING";

    public SharedOptions Options { get; } = new();

    public Terminal Terminal => terminal;

    public TimeProvider Time => time;

    /// <summary>A printer for standard output.</summary>
    public Printer Print() => new(terminal.Out, terminal.ColourOut, terminal.Width);

    /// <summary>A printer of JSON documents for standard output.</summary>
    public JsonPrinter PrintJson() => new(terminal.Out);

    /// <summary>Says something beside the data, on standard error.</summary>
    public void Note(string text)
    {
        using var error = new Printer(terminal.Error, terminal.ColourError, null);
        error.Line(text);
    }

    /// <summary>Opens the store that the command line or the environment names.</summary>
    public IRecordingReader OpenStore(ParseResult parsed)
    {
        var named = parsed.GetValue(Options.Store) ?? environment(StoreVariable);
        if (string.IsNullOrEmpty(named))
            throw new CommandException("no store is named", $"use --store URL, or set {StoreVariable}");
        // A bare path is what people type first.
        if (!StoreUrl.TryParse(named, out var url, out var problem))
        {
            throw new CommandException($"'{named}' is not a store: {problem}", Directory.Exists(named)
                ? $"did you mean --store {StoreUrl.ForFolder(named)}?" : null);
        }
        try
        {
            return url.OpenReader(url.Account is null ? null : Azure());
        }
        catch (StoreException e)
        {
            throw new CommandException($"{url}: {e.Message}", e.Fault == StoreFault.NotAStore ? "check --store, or " + StoreVariable : null, e);
        }
    }

    private AzureAccess Azure() => environment(ConnectionVariable) is { Length: > 0 } connection
        ? AzureAccess.ByConnectionString(connection)
        : AzureAccess.ByIdentity(new DefaultAzureCredential());
}
