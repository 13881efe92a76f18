using System.Security.Cryptography;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// A store that somebody has been at. An input is a list of edits: what, which object, where, how many bytes, the bytes. Verifying never
/// throws and never calls a changed session sound; reading all of it never throws.
/// </summary>
internal sealed class StoreTarget : FuzzTarget
{
    private const int Kinds = 7;

    public override string Name => "store";

    public override string Subject => "StoreVerifier, SessionReader, IndexReader: a store with changed objects";

    public override double Share => 0.5;

    public override int MaxLength => 4 * 1024;

    public override IEnumerable<byte[]> Seeds()
    {
        for (byte kind = 0; kind < Kinds; kind++)
        {
            for (byte key = 0; key < 5; key++)
                yield return [kind, key, 0, 40, 3, 1, 2, 3];
        }

        // Lines of the plain chunk twice, replaced, longer than before.
        var plain = Vector.PlainChunk;
        var end = Array.IndexOf(plain, (byte)'\n') + 1;
        yield return [4, 3, (byte)(end >> 8), (byte)end, 100, .. plain.AsSpan(end, 100)];
        yield return [5, 3, 0, 200, 20, .. "9223372036854775807"u8, 0];
    }

    public override IEnumerable<string> Dictionary =>
        ["\x05\x03", "\x04\x03", ",\"wire\":9223372036854775807", "\"parts\":[", "\"0-9\"", "\"more\":true", ",\"events\":[1,1]", ",\"date\":\"", ",\"length\":", "content-length\\n", "date\\n", "{\"part\":0,\"text\":\""];

    public override long AllocationLimit(int length) => 64L << 20;

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(4);

    public override void Run(byte[] input, Measure measure)
    {
        var store = new MemoryReader();
        foreach (var (key, bytes) in Vector.Objects)
            store.Objects[key] = bytes;
        var isIndexRemade = Edit(store, input);
        var trust = TrustSet.Of(StatementReader.TryRead(Vector.Object("open.json"), out _)!.Fingerprint);
        measure.Begin();
        var result = new StoreVerifier(store, trust).VerifyAsync(null, default).AsTask().GetAwaiter().GetResult();
        measure.End();
        Judge(store, result, isIndexRemade);
        ReadAllAsync(store).GetAwaiter().GetResult();
    }

    private static void Judge(MemoryReader store, StoreVerifyResult result, bool isIndexRemade)
    {
        foreach (var session in result.Sessions)
        {
            if (session.Integrity == Integrity.Tampered && session.Findings.Count == 0)
                throw new OracleException("what is tampered is named", session.Session);
        }

        if (result.ExitCode != 0)
            return;
        // Nothing is promised of a session of which nothing is left, nor of an index that is not there.
        var isGone = !store.Objects.Keys.Any(k => k.StartsWith(StoreLayout.Sessions, StringComparison.Ordinal));
        foreach (var (key, bytes) in Vector.Objects)
        {
            var isIndex = key.StartsWith(StoreLayout.Index, StringComparison.Ordinal);
            if (isGone || (isIndex && (isIndexRemade || !store.Objects.ContainsKey(key))) || key == StoreLayout.StoreJson && !store.Objects.ContainsKey(key))
                continue;
            if (!store.Objects.TryGetValue(key, out var now) || !now.AsSpan().SequenceEqual(bytes))
                throw new OracleException("a changed store is never sound", $"{key} was changed or is gone, and the exit code is 0");
        }

        if (store.Objects.Keys.FirstOrDefault(k => k.StartsWith(StoreLayout.Sessions, StringComparison.Ordinal) && !Vector.Objects.ContainsKey(k)) is { } more)
            throw new OracleException("what does not belong is found", more);
    }

    private static async Task ReadAllAsync(MemoryReader store)
    {
        await foreach (var found in SessionList.NewestFirstAsync(store, null, null, default))
        {
            var session = await SessionReader.OpenAsync(store, found.Id, default);
            await foreach (var exchange in session.ExchangesAsync(default))
            {
                await exchange.ReadRunAsync(default);
                foreach (var message in new[] { exchange.Request, exchange.Response }.Concat(exchange.Interim).OfType<HttpMessage>())
                    await ReadAsync(message);
            }
        }

        var index = new IndexReader(store);
        await foreach (var row in index.AllAsync(default))
            _ = row.Duration;
    }

    private static async Task ReadAsync(HttpMessage message)
    {
        var head = await message.ReadHeadAsync(default);
        _ = (head.RequestTarget, head.Value("date"), message.EndedAt, message.Status, message.Pending, message.Cut, message.Origin);
        await message.ReadTrailersAsync(default);
        var body = await message.ReadBodyAsync(default);
        var bytes = body.ToArray();
        if (body.IsComplete && bytes.Length != body.Length)
            throw new OracleException("a complete body has its length", $"{bytes.Length} of {body.Length}");
        foreach (var item in message.Events)
            _ = item.At;
    }

    /// <summary>Makes the edits; true where the index was packed anew, so that its rows are what the editor wants.</summary>
    private static bool Edit(MemoryReader store, ReadOnlySpan<byte> script)
    {
        var isIndexRemade = false;
        for (var edits = 0; script.Length >= 5 && edits < 16; edits++)
        {
            var keys = store.Objects.Keys.ToArray();
            if (keys.Length == 0)
                break;
            var key = keys[script[1] % keys.Length];
            var at = (script[2] << 8) | script[3];
            var bytes = script.Slice(5, Math.Min(script[4], script.Length - 5)).ToArray();
            isIndexRemade |= EditOne(store, script[0] % Kinds, key, at, bytes, keys);
            script = script[(5 + bytes.Length)..];
        }

        return isIndexRemade;
    }

    private static bool EditOne(MemoryReader store, int kind, string key, int at, byte[] bytes, string[] keys)
    {
        var old = store.Objects[key];
        switch (kind)
        {
            case 0:
                store.Objects.Remove(key);
                return false;
            case 1:
                store.Objects[key] = Overwritten(old, at, bytes);
                return false;
            case 2:
                store.Objects[key] = old[..Math.Min(at, old.Length)];
                return false;
            case 3:
                store.Objects[key] = store.Objects[keys[at % keys.Length]];
                return false;
            case 6:
                store.Objects[key + "x"] = bytes;
                return false;
        }

        // Packed anew, and under the name that is right for the new bytes where the name says them.
        if (old.Length < 18 || old[0] != 0x1f || TryUnpack(old) is not { } plain)
            return false;
        at = Math.Min(at, plain.Length);
        var changed = Vector.Pack(kind == 4 ? [.. plain.AsSpan(0, at), .. bytes, .. plain.AsSpan(at)] : Overwritten(plain, at, bytes));
        var name = Convert.ToHexStringLower(SHA256.HashData(changed));
        store.Objects.Remove(key);
        var digestAt = key.LastIndexOf('/') + 1;
        store.Objects[string.Concat(key.AsSpan(0, digestAt), name, key.AsSpan(Math.Min(key.Length, digestAt + 64)))] = changed;
        return key.StartsWith(StoreLayout.Index, StringComparison.Ordinal);
    }

    private static byte[] Overwritten(byte[] old, int at, byte[] bytes)
    {
        var changed = (byte[])old.Clone();
        if (at < changed.Length)
            bytes.AsSpan(0, Math.Min(bytes.Length, changed.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }

    private static byte[]? TryUnpack(byte[] stored)
    {
        try
        {
            return Vector.Unpack(stored);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
