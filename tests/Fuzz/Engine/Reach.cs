using K8sRecorder.Fuzz.Coverage;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>How deep a target gets: which blocks its corpus reaches, by type, and which methods of those types it never enters.</summary>
internal static class Reach
{
    public static void Print(FuzzTarget target, IEnumerable<byte[]> corpus)
    {
        EdgeMap.CountBlocks();
        var executor = new Executor(target, watchTime: false);
        var reached = new HashSet<int>();
        foreach (var input in corpus)
        {
            executor.Run(input);
            reached.UnionWith(executor.Features.Where(EdgeMap.IsHit).Select(EdgeMap.BlockOf));
        }

        foreach (var type in Stage.Blocks().GroupBy(b => b.Type).OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var hits = type.Count(b => reached.Contains(b.Id));
            // Of the ids some are those of other blocks: a type with next to nothing was not there.
            if (hits * 10 < type.Count())
                continue;
            var never = type.GroupBy(b => b.Method).Where(m => m.All(b => !reached.Contains(b.Id))).Select(m => m.Key);
            Console.WriteLine($"fuzz: {target.Name}: {hits,4} of {type.Count(),4} blocks of {type.Key}; never in: {string.Join(' ', never)}");
        }
    }
}
