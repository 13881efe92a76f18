using System.Text;

namespace K8sRecorder.Dialects.Tests;

public sealed class ModelCallCutterTests
{
    private static readonly string Long = new('x', 300);

    public static TheoryData<string> Bodies => new()
    {
        // '|' stands where a cut is expected; the body is the text without it
        """{"model":"m","messages":[{"role":"user"}|,{"role":"assistant"}|]}""",
        """{"messages":[]}""",
        """{"messages":[{}|]}""",
        "{\"messages\" : [\n  {\"a\":[1,{\"b\":\"]}\"}]}|,\n  [1]|\n] , \"n\":1}",
        "{\"model\":\"" + Long + "\",\"messages\":[|{\"a\":1}|],\"temperature\":0,\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
        "{\"messages\":[{\"a\":1}|],\"tools\":[\"" + Long + "\"],|\"temperature\":0}",
        "{\"messages\":[{\"a\":1}|],\"metadata\":\"" + Long + "\",\"tools\":|[\"" + Long + "\"] ,|\"temperature\":0}",
        "{\"system\":\"" + Long + "\",|\"messages\":[{\"a\":1}|]}",
        "{\"system\":[{\"text\":\"a\"}|,{\"text\":\"b\"}|],\"messages\":[{\"a\":1}|]}",
        """{"system":"short","messages":[{"a":1}|]}""",
        """{"input":"hello","model":"m"}""",
        """{"input":["a","b","c"],"model":"m"}""",
        "{\"input\":[\"" + Long + "\"|,\"b\",\"" + Long + "\"|],\"model\":\"m\"}",
        """{"contents":[{"parts":[{"text":"a \"quoted\\\" ] } text"}]}|],"systemInstruction":{"parts":[]}}""",
        "{\"messages\":[{\"a\":1}|],\"toolConfig\":{\"tools\":[\"" + Long + "\"]},|\"x\":1}",
        """{"outer":{"messages":[{"a":1},{"b":2}]}}""",
        """{"other":[{"a":1},{"b":2}],"a_name_that_is_much_too_long_for_us":{"messages":[{}]}}""",
        """{"mess\u0061ges":[{"a":1}]}""",
        """{"messages":[{"a":1}|]} {"messages":[{"a":1}]}""",
        """[{"messages":[{"a":1}]}]""",
        "messages=[{}]&x={\"messages\":[{}]}",
        "{\"messages\":[{\"a\":\"unfinished",
        """{"messages":[{"a":1}|}{"b":1}]""",
        "",
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Body_whole_is_cut_at_the_marks(string marked)
    {
        var body = Encoding.UTF8.GetBytes(marked.Replace("|", "", StringComparison.Ordinal));
        Assert.Equal(marked, Mark(body, Cuts(body, body.Length)));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Body_split_anywhere_gets_the_same_cuts(string marked)
    {
        var body = Encoding.UTF8.GetBytes(marked.Replace("|", "", StringComparison.Ordinal));
        var expected = Cuts(body, Math.Max(1, body.Length));
        for (var size = 1; size <= Math.Min(body.Length, 16); size++)
            Assert.Equal(expected, Cuts(body, size));
        for (var at = 0; at <= body.Length; at++)
        {
            var sut = new ModelCallCutter();
            var cuts = new List<long>();
            sut.Push(body.AsSpan(0, at), cuts);
            sut.Push(body.AsSpan(at), cuts);
            Assert.Equal(expected, cuts);
            Assert.Equal(body.Length, sut.Position);
        }
    }

    [Fact]
    public void Cuts_of_arbitrary_bytes_ascend_and_never_look_back()
    {
        var random = new Random(4711);
        var alphabet = "{}[]\":,\\ 1atn"u8.ToArray();
        var prefixes = new[] { "", "{\"messages\":[", "{\"tools\":", "{\"system\":[{" };
        for (var round = 0; round < 3000; round++)
        {
            var body = Encoding.UTF8.GetBytes(prefixes[random.Next(prefixes.Length)])
                .Concat(Enumerable.Range(0, random.Next(200)).Select(_ => alphabet[random.Next(alphabet.Length)])).ToArray();
            var sut = new ModelCallCutter();
            var cuts = new List<long>();
            var last = 0L;
            for (var at = 0; at < body.Length;)
            {
                var size = Math.Min(random.Next(1, 9), body.Length - at);
                var known = cuts.Count;
                sut.Push(body.AsSpan(at, size), cuts);
                foreach (var cut in cuts.Skip(known))
                {
                    Assert.InRange(cut, Math.Max(at, last + 1), at + size);
                    last = cut;
                }

                at += size;
            }

            Assert.Equal(Cuts(body, body.Length), cuts);
        }
    }

    [Fact]
    public void Conversation_that_grows_shares_all_but_its_tail()
    {
        var first = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"name":"t"}]}""");
        var second = Encoding.UTF8.GetBytes(
            """{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"tools":[{"name":"t"}]}""");
        var a = Pieces(first);
        var b = Pieces(second);
        Assert.Equal(2, a.Count);
        Assert.Equal(a[0], b[0]);
        Assert.Equal(a[1], b[2]);
    }

    [Fact]
    public void Cuts_of_a_hostile_list_are_bounded()
    {
        var body = Encoding.UTF8.GetBytes("{\"messages\":[" + string.Join(',', Enumerable.Repeat("{}", 100_000)) + "]}");
        Assert.Equal(16_384, Cuts(body, body.Length).Count);
    }

    [Fact]
    public void Nesting_without_end_stops_the_cutter()
    {
        var body = Encoding.UTF8.GetBytes("{\"messages\":[" + new string('[', 100_000) + new string(']', 100_000) + ",{}]}");
        Assert.Empty(Cuts(body, body.Length));
    }

    [Fact]
    public void Reset_starts_over()
    {
        var body = """{"messages":[{"a":1},{"b":2}]}"""u8.ToArray();
        var sut = new ModelCallCutter();
        var cuts = new List<long>();
        sut.Push("{\"messages\":[{\"unfinished"u8, cuts);
        Assert.True(sut.IsModelCall);
        sut.Reset();
        Assert.False(sut.IsModelCall);
        sut.Push(body, cuts);
        Assert.Equal(Cuts(body, body.Length), cuts);
    }

    private static List<long> Cuts(byte[] body, int size)
    {
        var sut = new ModelCallCutter();
        var cuts = new List<long>();
        for (var at = 0; at < body.Length; at += size)
            sut.Push(body.AsSpan(at, Math.Min(size, body.Length - at)), cuts);
        return cuts;
    }

    private static List<string> Pieces(byte[] body) => [.. Mark(body, Cuts(body, body.Length)).Split('|')];

    private static string Mark(byte[] body, List<long> cuts)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(body));
        for (var i = cuts.Count - 1; i >= 0; i--)
            text.Insert((int)cuts[i], '|');
        return text.ToString();
    }
}
