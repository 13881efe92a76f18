using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Capture;

/// <summary>What a pod's recorder leaves in the store, of every protocol that the other tests speak, verifies; a change of it is found.</summary>
[Collection(SharedRecording.Name)]
public sealed class StoreTests(RecordingCapture pod)
{
    [NetworkFact]
    public async Task Captured_store_is_sound_and_complete_and_a_flipped_bit_is_found()
    {
        using (var client = pod.Client(World.App))
            await client.GetStringAsync(new Uri("https://app.target.test/verified"));
        await pod.RequestAsync("/verified");
        await pod.Sidecar.StopWhenShippedAsync();
        using var copy = new TemporaryFolder();
        Copy(pod.Sidecar.StoreFolder, copy.Path);
        await pod.StartAgainAsync();
        // another test of this pod kills it
        await CapturedStore.IsWholeAsync(copy.Path, mayBeKilled: true);

        // one of every kind of object
        var kinds = Directory.EnumerateFiles(copy.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .GroupBy(file => $"{Path.GetFileName(Path.GetDirectoryName(file)) is "sha256"} {Path.GetExtension(file)} {new string([.. Path.GetFileName(file).TakeWhile(char.IsAsciiLetterLower)])}");
        var random = new Random(4);
        foreach (var file in kinds.Select(kind => kind.Last()))
        {
            var whole = await File.ReadAllBytesAsync(file);
            byte[] flipped = [.. whole];
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(file, flipped);
            Assert.True((await CapturedStore.VerifyAsync(copy.Path)).ExitCode == 1, $"a bit of {file} is another, and nobody says so");
            await File.WriteAllBytesAsync(file, whole);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
