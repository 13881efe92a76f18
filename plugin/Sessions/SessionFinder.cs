using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.Sessions;

/// <summary>Finds the session that somebody names: by id, by a beginning of it, or as the newest.</summary>
internal static class SessionFinder
{
    public const string Latest = "latest";
    private const int MostNamed = 4;

    public static async Task<SessionReader> OpenAsync(IRecordingReader store, string? named, CancellationToken cancellationToken) =>
        await SessionReader.OpenAsync(store, await FindAsync(store, named, cancellationToken), cancellationToken);

    /// <summary>The id; nothing named is the newest.</summary>
    public static async Task<string> FindAsync(IRecordingReader store, string? named, CancellationToken cancellationToken)
    {
        var prefix = string.IsNullOrEmpty(named) || named == Latest ? "" : named.ToLowerInvariant();
        if (StoreLayout.IsSession(prefix))
        {
            await foreach (var entry in store.ListAsync(StoreLayout.SessionPrefix(prefix), cancellationToken))
                return entry.Key.Length > 0 ? prefix : "";
            throw NotThere(store, named!);
        }
        var found = new List<string>();
        await foreach (var session in SessionList.NewestFirstAsync(store, null, null, cancellationToken))
        {
            if (prefix.Length == 0)
                return session.Id;
            if (session.Id.StartsWith(prefix, StringComparison.Ordinal))
                found.Add(session.Id);
        }
        return found.Count switch
        {
            1 => found[0],
            0 when prefix.Length == 0 => throw NoSessions(store),
            0 => throw NotThere(store, named!),
            _ => throw new CommandException(
                $"'{named}' begins {found.Count} sessions: {string.Join(", ", found.Take(MostNamed))}{(found.Count > MostNamed ? ", …" : "")}",
                "name more of it"),
        };
    }

    public static CommandException NoSessions(IRecordingReader store) =>
        new($"no sessions in {store.Url}", "nothing was shipped yet, or --store names another place");

    private static CommandException NotThere(IRecordingReader store, string named) =>
        new($"no session '{named}' in {store.Url}", "'kubectl recorder list --sessions' shows what is there");
}
