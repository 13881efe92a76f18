using System.Security.Cryptography;
using System.Text;

namespace K8sRecorder.Recording.Stores;

/// <summary>
/// The store's own id in <c>store.json</c>, written once by whoever is first. Every open statement names it, so that a session copied into
/// another store is seen.
/// </summary>
public static class StoreIdentity
{
    private const string Format = "k8srecorder-store/1";
    private const int IdLength = 26;
    private const int MaxBytes = 4096;

    /// <summary>The store's id; a new store gets <paramref name="newId"/>, or 26 random characters. Of several that are first, all get the same answer.</summary>
    public static async ValueTask<string> GetOrCreateAsync(
        IRecordingStore store, IRecordingReader reader, string? newId, CancellationToken cancellationToken)
    {
        if (newId is not null && !IsId(newId))
            throw new ArgumentException("not 26 characters of Crockford's base 32", nameof(newId));
        if (await ReadAsync(reader, cancellationToken) is { } there)
            return there;
        var proposed = Serialize(newId ?? RandomNumberGenerator.GetString(Alphabets.Crockford, IdLength));
        // A crash after this leaves a store with an identity and nothing in it, which is a store.
        await store.PutNewAsync(StoreLayout.StoreJson, proposed, cancellationToken);
        return await ReadAsync(reader, cancellationToken)
            ?? throw new StoreException(StoreFault.NotAStore, "store.json is not the identity of a store of recordings");
    }

    /// <summary>The store's id, or null where there is none; throws where <c>store.json</c> is something else.</summary>
    public static async ValueTask<string?> ReadAsync(IRecordingReader reader, CancellationToken cancellationToken)
    {
        var bytes = await reader.GetAsync(StoreLayout.StoreJson, MaxBytes, cancellationToken);
        return bytes is null ? null
            : TryParse(bytes) ?? throw new StoreException(StoreFault.NotAStore, "store.json is not the identity of a store of recordings");
    }

    /// <summary>The id in these bytes, or null where they are not exactly what <see cref="Serialize"/> makes: no byte of the object is free.</summary>
    public static string? TryParse(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.ASCII.GetBytes("{\"format\":\"" + Format + "\",\"id\":\"");
        if (bytes.Length < start.Length + IdLength)
            return null;
        var id = Encoding.Latin1.GetString(bytes.Slice(start.Length, IdLength));
        return IsId(id) && bytes.SequenceEqual(Serialize(id)) ? id : null;
    }

    /// <summary>The bytes of <c>store.json</c>.</summary>
    public static byte[] Serialize(string id) => Encoding.ASCII.GetBytes($"{{\"format\":\"{Format}\",\"id\":\"{id}\"}}\n");

    /// <summary>Whether the text can be a store's id.</summary>
    public static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && !text.ContainsAnyExcept(Alphabets.CrockfordChars);
}
