using System.Globalization;
using System.Security.Cryptography;

namespace K8sRecorder.Fuzz.Coverage;

/// <summary>A copy of this program in which our own assemblies are instrumented; made once for a build.</summary>
internal sealed class Stage
{
    private const string LiteralsFile = "literals.txt";
    private const string BlocksFile = "blocks.txt";

    private static readonly string[] Instrumented =
    [
        "K8sRecorder.Dialects.dll", "K8sRecorder.Kube.dll", "K8sRecorder.Masking.dll", "K8sRecorder.Policy.dll", "K8sRecorder.Recording.dll",
        "k8srecorder-sidecar.dll", "k8srecorder-operator.dll", "kubectl-recorder.dll",
    ];

    private Stage(string folder) => Folder = folder;

    public string Folder { get; }

    public string Program => Path.Combine(Folder, Path.GetFileName(typeof(Stage).Assembly.Location));

    /// <summary>The stage of this build, made if it is not there.</summary>
    public static Stage Prepare(string under)
    {
        var source = AppContext.BaseDirectory;
        var folder = Path.Combine(under, "stage-" + Digest(source));
        if (!Directory.Exists(folder))
        {
            foreach (var old in Directory.Exists(under) ? Directory.GetDirectories(under, "stage-*") : [])
                Forget(old);
            Make(source, folder);
        }

        return new Stage(folder);
    }

    /// <summary>The literals of the instrumented code, where this process runs in a stage.</summary>
    public static List<byte[]> Literals()
    {
        var file = Path.Combine(AppContext.BaseDirectory, LiteralsFile);
        return File.Exists(file) ? [.. File.ReadAllLines(file).Select(Convert.FromHexString)] : [];
    }

    /// <summary>The blocks of the instrumented code, where this process runs in a stage.</summary>
    public static List<Block> Blocks() =>
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, BlocksFile)).Select(l => l.Split('\t')).Select(w => new Block(int.Parse(w[0], CultureInfo.InvariantCulture), w[1], w[2]))];

    private static void Make(string source, string folder)
    {
        var making = folder + "." + Environment.ProcessId;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(source, file);
            if (name.StartsWith("stage", StringComparison.Ordinal))
                continue;
            var copy = Path.Combine(making, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var literals = new SortedSet<string>(StringComparer.Ordinal);
        var blocks = new List<Block>();
        foreach (var name in Instrumented)
        {
            blocks.AddRange(Instrumenter.Rewrite(Path.Combine(source, name), Path.Combine(making, name), literals));
            // Its addresses are not those of the copy.
            File.Delete(Path.Combine(making, Path.ChangeExtension(name, ".pdb")));
        }

        File.WriteAllLines(Path.Combine(making, LiteralsFile), literals);
        File.WriteAllLines(Path.Combine(making, BlocksFile), blocks.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Id}\t{b.Type}\t{b.Method}")));
        Console.WriteLine($"fuzz: {blocks.Count} blocks instrumented, {literals.Count} literals");
        try
        {
            Directory.Move(making, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run made it meanwhile.
            Directory.Delete(making, recursive: true);
        }
    }

    private static void Forget(string folder)
    {
        // One that is in use stays: its program holds a lock on nothing, but its files are open.
        if (Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow.AddHours(-6))
            Directory.Delete(folder, recursive: true);
    }

    private static string Digest(string source)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Instrumented.Append(Path.GetFileName(typeof(Stage).Assembly.Location)))
            all.AppendData(SHA256.HashData(File.ReadAllBytes(Path.Combine(source, name))));
        return Convert.ToHexStringLower(all.GetHashAndReset())[..12];
    }
}
