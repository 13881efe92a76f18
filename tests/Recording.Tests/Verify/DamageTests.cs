using System.IO.Compression;
using System.Security.Cryptography;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>Damage without a plan: it is always found, and nothing ever throws.</summary>
public sealed class DamageTests
{
    private static string Tiny => RepositoryRoot.File("tests/Recording.Tests/Vectors/tiny");

    [Fact]
    public async Task One_flipped_bit_of_any_object_is_found()
    {
        // Every bit was tried once (17,650 of them); the suite takes every eleventh, which visits each position of a byte.
        var store = MemoryReader.Of(Tiny);
        var trust = await TrustAsync(store);
        foreach (var key in store.Objects.Keys.ToArray())
            for (var bit = 0; bit < store.Objects[key].Length * 8; bit += 11)
            {
                store.Objects[key][bit / 8] ^= (byte)(1 << (bit % 8));
                var result = await new StoreVerifier(store, trust).VerifyAsync(null, default);
                Assert.True(result.ExitCode == 1, $"{key}, bit {bit}: exit code {result.ExitCode}");
                store.Objects[key][bit / 8] ^= (byte)(1 << (bit % 8));
            }
    }

    [Fact]
    public async Task One_changed_byte_of_a_chunk_that_is_packed_and_named_anew_is_found()
    {
        using var folder = new RealStore();
        var session = await folder.WriteAsync();
        var store = MemoryReader.Of(folder.Root);
        var random = new Random(7);
        var chunks = folder.Chunks(session);
        for (var round = 0; round < 400; round++)
        {
            var key = chunks[random.Next(chunks.Count)];
            var stored = store.Objects[key];
            var plain = Plain(stored);
            var at = random.Next(plain.Length);
            plain[at] ^= (byte)(1 << random.Next(8));
            var damaged = Pack(plain);
            var name = StoreLayout.ChunkKey(session.Id, Convert.ToHexStringLower(SHA256.HashData(damaged)));
            store.Objects.Remove(key);
            store.Objects[name] = damaged;

            var result = await new SessionVerifier(store, session.Trust).VerifyAsync(session.Id, null, default);

            Assert.True(result.ExitCode != 0, $"chunk {chunks.IndexOf(key)}, byte {at}");
            store.Objects.Remove(name);
            store.Objects[key] = stored;
        }

        Assert.Equal(0, (await new SessionVerifier(store, session.Trust).VerifyAsync(session.Id, null, default)).ExitCode);
    }

    [Fact]
    public async Task Objects_that_are_lost_mixed_or_noise_never_throw_and_are_found()
    {
        using var folder = new RealStore();
        var session = await folder.WriteAsync();
        var whole = MemoryReader.Of(folder.Root);
        var keys = whole.Objects.Keys.Where(k => k.StartsWith(session.Prefix, StringComparison.Ordinal)).ToArray();
        var random = new Random(8);
        for (var round = 0; round < 300; round++)
        {
            var store = new MemoryReader();
            foreach (var (key, bytes) in whole.Objects)
                store.Objects[key] = bytes;
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var key = keys[random.Next(keys.Length)];
                switch (random.Next(4))
                {
                    case 0:
                        store.Objects.Remove(key);
                        break;
                    case 1:
                        store.Objects[key] = whole.Objects[keys[(Array.IndexOf(keys, key) + 1) % keys.Length]];
                        break;
                    case 2:
                        store.Objects[key] = whole.Objects[key][..random.Next(whole.Objects[key].Length)];
                        break;
                    default:
                        var noise = new byte[random.Next(100)];
                        random.NextBytes(noise);
                        store.Objects[key] = noise;
                        break;
                }
            }

            Assert.NotEqual(0, (await new StoreVerifier(store, session.Trust).VerifyAsync(null, default)).ExitCode);
            var reader = await SessionReader.OpenAsync(store, session.Id, default);
            await foreach (var exchange in reader.ExchangesAsync(default))
                if (exchange.Request is { } request)
                    await request.ReadBodyAsync(default);
        }
    }

    [Fact]
    public async Task Recorder_that_dropped_records_leaves_the_session_incomplete()
    {
        using var folder = new RealStore();
        await using var session = await folder.StartAsync();
        var gap = session.NewDraft("gap", 0);
        gap.Set("reason", "spoolFull");
        gap.Set("records", 12);
        gap.Set("bytes", 3456);
        await session.AppendAsync(gap, default);
        await session.CloseAsync("stopped", null, default);
        await folder.ShipAsync();

        var result = await folder.VerifyAsync(RealStore.Remember(session));

        Assert.Equal((Integrity.Sound, Completeness.Incomplete, 2), (result.Integrity, result.Completeness, result.ExitCode));
        Assert.Contains("12 records", Assert.Single(result.Findings).Sentence, StringComparison.Ordinal);
    }

    private static async Task<TrustSet> TrustAsync(MemoryReader store)
    {
        await foreach (var session in SessionList.NewestFirstAsync(store, null, null, default))
            return TrustSet.Of((await SessionReader.OpenAsync(store, session.Id, default)).Statement!.Fingerprint);
        throw new InvalidOperationException("the vector has no session");
    }

    private static byte[] Plain(byte[] stored)
    {
        using var gzip = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        return packed.ToArray();
    }
}
