using System.Text.RegularExpressions;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Recording.Tests.Documents;

/// <summary>Every kind of docs/recording-format.md, with every field that it has, is in a committed store, and nothing is there that the page does not know.</summary>
public sealed partial class KindVectorTests
{
    private static readonly string[] OfEvery = ["seq", "at", "kind", "ch", "masked"];

    private static string Vectors => RepositoryRoot.File("tests/Recording.Tests/Vectors");

    [Fact]
    public void Vectors_hold_every_kind_and_field_of_the_page()
    {
        var kinds = new Dictionary<string, HashSet<string>>();
        foreach (var folder in Directory.EnumerateDirectories(Vectors))
            Collect(folder, kinds);

        AssertWhole(kinds);
    }

    [Fact]
    public async Task Writer_makes_every_kind_and_field_of_the_page()
    {
        using var rig = new SessionRig();
        await KindStore.WriteAsync(rig);
        await rig.ShipAsync();
        var kinds = new Dictionary<string, HashSet<string>>();
        LeaveWhereAsked(rig.StoreFolder);
        Collect(rig.StoreFolder, kinds);
        Collect(Path.Combine(Vectors, "tiny"), kinds);

        AssertWhole(kinds);
    }

    [Fact]
    public async Task Readers_agree_on_the_vectors()
    {
        var folder = Path.Combine(Vectors, "kinds");
        var second = StoreCheck.Run(folder);
        Assert.Empty(second.Problems);
        await using var store = new FolderStore(folder);
        var result = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, default);
        Assert.All(result.Sessions, session => Assert.Equal(Integrity.Sound, session.Integrity));
        Assert.Equal(second.Sessions.Keys.Order(), result.Sessions.Select(session => session.Session).Order());

        foreach (var (id, records) in second.Sessions)
        {
            var read = new List<SessionRecord>();
            await foreach (var record in (await SessionReader.OpenAsync(store, id, default)).RecordsAsync(0, default))
                read.Add(record);
            Assert.Equal(records.Select(record => record.Line), read.Select(record => System.Text.Encoding.UTF8.GetString(record.Line.Span).TrimEnd('\n')));
            for (var i = 0; i < read.Count; i++)
            {
                foreach (var (field, content) in records[i].Content)
                    Assert.Equal(content, (await read[i].Session.ReadAsync(read[i].Content(field)!, default)).ToArray());
            }
        }
    }

    /// <summary>Leaves the store where the environment names a folder: so the vectors are written anew where page and writer have changed.</summary>
    private static void LeaveWhereAsked(string store)
    {
        if (Environment.GetEnvironmentVariable("RECORDER_VECTORS") is not { Length: > 0 } folder)
            return;
        foreach (var file in Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories))
        {
            var copy = folder + file[store.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static void AssertWhole(Dictionary<string, HashSet<string>> kinds)
    {
        var page = Page();
        Assert.Equal(page.Keys.Order(), kinds.Keys.Order());
        foreach (var (kind, fields) in page)
        {
            var missing = fields.Except(kinds[kind]).ToList();
            // of two kinds in one row not each has all
            Assert.True(missing.Count == 0 || (kind.EndsWith(".data", StringComparison.Ordinal) && missing is ["events"]), $"{kind} without {string.Join(", ", missing)}");
            Assert.True(!kinds[kind].Except(fields).Any(), $"{kind} with {string.Join(", ", kinds[kind].Except(fields))}, which the page does not know");
        }
    }

    private static void Collect(string folder, Dictionary<string, HashSet<string>> kinds)
    {
        foreach (var record in StoreCheck.Run(folder).Sessions.Values.SelectMany(records => records))
        {
            if (!kinds.TryGetValue(record.Kind, out var fields))
                kinds[record.Kind] = fields = [];
            fields.UnionWith(record.Fields.EnumerateObject().Select(property => property.Name).Except(OfEvery));
        }
    }

    /// <summary>The page's table: kinds, and the fields that each has.</summary>
    private static Dictionary<string, HashSet<string>> Page()
    {
        var page = new Dictionary<string, HashSet<string>>();
        var above = new HashSet<string>();
        foreach (var line in File.ReadLines(RepositoryRoot.File("docs/recording-format.md")).SkipWhile(line => line != "### Kinds").SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1))
        {
            if (line.Split(" | ", 2) is not [['|', ..] names, var says])
                break;
            var text = Explained().Replace(InBrackets().Replace(says, ""), "");
            var fields = Quoted().Matches(text).Select(match => match.Groups[1].Value).Where(name => !name.Contains('.', StringComparison.Ordinal)).ToHashSet();
            if (says.StartsWith("the same without", StringComparison.Ordinal))
                fields = [.. above.Except(fields)];
            if (says.Contains("what `channel.opened` says", StringComparison.Ordinal))
                fields = [.. fields, .. page["channel.opened"].Except(["peer"])];
            if (says.Contains("; with `session`", StringComparison.Ordinal))
                fields.Add("session");
            above = fields;
            foreach (Match name in Quoted().Matches(names))
                page.Add(name.Groups[1].Value, fields);
        }

        return page;
    }

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex InBrackets();

    [GeneratedRegex("(:|but for).*")]
    private static partial Regex Explained();

    [GeneratedRegex("`([A-Za-z0-9.]+)`")]
    private static partial Regex Quoted();
}
