using System.Diagnostics.CodeAnalysis;

namespace K8sRecorder.Recording.Stores;

/// <summary>
/// Names a store: <c>file:///full/path</c> or <c>azblob://account/container[/prefix]</c>. It never holds a credential: those are given beside it.
/// </summary>
public sealed record StoreUrl
{
    private const string FileScheme = "file://";
    private const string AzureScheme = "azblob://";

    private StoreUrl(string text) => Text = text;

    /// <summary>The folder, where the URL names one.</summary>
    public string? Folder { get; private init; }

    /// <summary>The Azure storage account, where the URL names one.</summary>
    public string? Account { get; private init; }

    /// <summary>The container in the account.</summary>
    public string? Container { get; private init; }

    /// <summary>The prefix in the container: empty, or ending in a slash.</summary>
    public string Prefix { get; private init; } = "";

    private string Text { get; }

    /// <summary>The URL of a folder.</summary>
    public static StoreUrl ForFolder(string path) => new(new Uri(Path.GetFullPath(path)).AbsoluteUri) { Folder = Path.GetFullPath(path) };

    /// <summary>Reads a URL; throws <see cref="StoreException"/> with the problem in words.</summary>
    public static StoreUrl Parse(string text) =>
        TryParse(text, out var url, out var problem) ? url : throw new StoreException(StoreFault.NotAStore, problem);

    /// <summary>Reads a URL, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StoreUrl? url, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        (url, problem) = (null, null);
        if (text.StartsWith(FileScheme, StringComparison.Ordinal))
            url = ParseFolder(text, out problem);
        else if (text.StartsWith(AzureScheme, StringComparison.Ordinal))
            url = ParseAzure(text[AzureScheme.Length..], out problem);
        else
            problem = "a store is file:///full/path or azblob://account/container[/prefix]";
        return url is not null;
    }

    /// <summary>Opens the store for a writer.</summary>
    public IRecordingStore OpenStore(AzureAccess? azure = null) => Folder is not null ? new FolderStore(Folder) : OpenAzure(azure);

    /// <summary>Opens the store for a reader; throws where a folder is not there.</summary>
    public IRecordingReader OpenReader(AzureAccess? azure = null) =>
        Folder is null ? OpenAzure(azure)
        : Directory.Exists(Folder) ? new FolderStore(Folder)
        : throw new StoreException(StoreFault.NotAStore, "the folder of the store does not exist");

    /// <summary>The URL.</summary>
    public override string ToString() => Text;

    private static StoreUrl? ParseFolder(string text, out string? problem)
    {
        problem = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            && !HasStrangers(text) && !HasBrokenEscapes(text) && !HasStrangers(uri.LocalPath) && ForFolder(uri.LocalPath) is { Folder.Length: > 1 } url
            && GivesBack(url))
            return url;
        problem = "a folder store is file:// and a full path: file:///var/recordings";
        return null;
    }

    private static StoreUrl? ParseAzure(string rest, out string? problem)
    {
        var parts = rest.TrimEnd('/').Split('/', 3);
        problem = parts.Length < 2 || !IsAccount(parts[0]) || !IsContainer(parts[1])
            ? "an Azure store is azblob://account/container, with names as Azure allows them and nothing else"
            : parts.Length == 3 && !StoreKey.IsValid(parts[2])
                ? "the prefix of an Azure store is of letters, digits, '.', '_', '=' and '-' between single slashes"
                : null;
        return problem is null
            ? new StoreUrl(AzureScheme + string.Join('/', parts))
            {
                Account = parts[0],
                Container = parts[1],
                Prefix = parts.Length == 3 ? parts[2] + "/" : "",
            }
            : null;
    }

    /// <summary>No path of a sane folder: control characters, and what stands for bytes that were no text, which Uri cannot give back.</summary>
    private static bool HasStrangers(string text) => text.Any(c => char.IsControl(c) || c >= '\uFFFD');

    /// <summary>Whether its text is read as the same folder: Uri cuts a space off the end, for one.</summary>
    private static bool GivesBack(StoreUrl url) => Uri.TryCreate(url.Text, UriKind.Absolute, out var again) && again.LocalPath == url.Folder;

    /// <summary>A percent sign that begins no escape: Uri makes of some of them what nobody wrote.</summary>
    private static bool HasBrokenEscapes(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return true;
        }

        return false;
    }

    private static bool IsAccount(string text) =>
        text.Length is >= 3 and <= 24 && !text.AsSpan().ContainsAnyExcept(Alphabets.Account);

    private static bool IsContainer(string text) =>
        text.Length is >= 3 and <= 63 && !text.AsSpan().ContainsAnyExcept(Alphabets.Container)
        && text[0] != '-' && text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal);

    private AzureBlobStore OpenAzure(AzureAccess? azure) =>
        new(this, azure ?? throw new StoreException(StoreFault.Denied, "an Azure store needs a connection string or an Azure identity"));
}
