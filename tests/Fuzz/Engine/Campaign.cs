using K8sRecorder.Fuzz.Coverage;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>Runs the wanted targets, some side by side, each in a process of its own.</summary>
internal static class Campaign
{
    /// <summary>The exit code: 0 where nothing was found.</summary>
    public static async Task<int> RunAsync(FuzzOptions options, IReadOnlyList<FuzzTarget> targets)
    {
        var stage = Stage.Prepare(options.Folder);
        using var places = new SemaphoreSlim(options.Jobs);
        // What takes less time comes last: the places are left at about the same time.
        var results = await Task.WhenAll(targets.OrderByDescending(t => t.Share).Select(RunOneAsync));
        var bad = results.Count(fine => !fine);
        Console.WriteLine(bad == 0 ? $"fuzz: {targets.Count} targets, nothing found" : $"fuzz: {bad} of {targets.Count} targets have findings");
        return bad == 0 ? 0 : 1;

        async Task<bool> RunOneAsync(FuzzTarget target)
        {
            await places.WaitAsync();
            try
            {
                var share = targets.Count > 1 ? target.Share : 1;
                return await new WorkerProcess(target, options with { Time = options.Time * share }, stage.Program).RunAsync();
            }
            finally
            {
                places.Release();
            }
        }
    }
}
