using System.Diagnostics;
using System.Text;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Documents;

/// <summary>Runs the commands of docs/recording-format.md, Worked example, and holds the page to what they print.</summary>
public sealed class WorkedExampleTests
{
    private const string Separator = "-- next --";

    [Fact]
    public async Task Commands_of_the_page_print_what_the_page_says()
    {
        var (commands, printed) = Read();
        Assert.True(commands.Count >= 6, "the page has lost its example");
        using var folder = new TemporaryFolder();
        CopyStore(folder.Path);

        var output = await RunAsync(string.Join($"\necho '{Separator}'\n", commands), folder.Path);

        Assert.Equal(printed, output.Split(Separator + "\n"));
    }

    [Fact]
    public async Task Verifier_says_of_the_example_what_the_page_says()
    {
        var (_, printed) = Read();
        var fingerprint = printed.SelectMany(p => p.Split('\n')).Single(l => l.StartsWith("SHA256:", StringComparison.Ordinal));
        await using var store = new FolderStore(RepositoryRoot.File("tests/Recording.Tests/Vectors/tiny"));

        var result = await new StoreVerifier(store, TrustSet.Of(fingerprint)).VerifyAsync(null, default);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal((4, 4), (Assert.Single(result.Sessions).Records, result.Sessions[0].Parts));
        Assert.Equal(1, result.IndexRows);
    }

    private static (List<string> Commands, List<string> Printed) Read()
    {
        var (commands, printed) = (new List<string>(), new List<string>());
        var block = (List<string>?)null;
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(RepositoryRoot.File("docs/recording-format.md")).SkipWhile(l => l != "## Worked example").Skip(1))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                break;
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                if (block is not null)
                    text.Append(line).Append('\n');
                continue;
            }

            block?.Add(text.ToString());
            text.Clear();
            block = block is not null ? null : line == "```sh" ? commands : printed;
        }

        return (commands, printed);
    }

    private static void CopyStore(string target)
    {
        var source = RepositoryRoot.File("tests/Recording.Tests/Vectors/tiny");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = target + file[source.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<string> RunAsync(string script, string folder)
    {
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList = { "-euo", "pipefail", "-c", script },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
