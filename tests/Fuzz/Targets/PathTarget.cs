using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Guard;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// Readings of a path. With an even first byte the rest is a request target; with an odd one each byte says how the next character of a denied
/// path is written, in all the ways that servers undo: then it must be denied.
/// </summary>
internal sealed class PathTarget : FuzzTarget
{
    private const string Denied = "/v1/fine_tuning/jobs";

    private static readonly HttpRule Rule = new(new GuardRuleSpec { Name = "a", Deny = new GuardDenySpec { Path = ["/v1/fine_tuning/*"] } });

    public override string Name => "path";

    public override string Subject => "PathReadings: what a server may take a path for";

    public override double Share => 0.5;

    public override int MaxLength => 12 * 1024;

    public override IEnumerable<string> Dictionary => ["%2e", "%2f", "%252e", "..;", "/../", "//", "%c0%af", "%u002f", "\\", "%00", "http://", "?", "#", "/./"];

    // so many readings of so many bytes, and what each step makes on its way
    public override long AllocationLimit(int length) => (1 << 20) + (PathReadings.MaxReadings * 128L * (length + 64));

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(2);

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, .. "/v1/models/..;/%66ine_tuning%2fjobs?x"u8], [0, .. "http://h/a/%252e%252e/b"u8], [0, .. "*"u8], [0, .. "/%c0%ae%u002f%e0%80%af\\.. ./"u8],
        [1], [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [1, .. Enumerable.Repeat((byte)1, 20)], [1, 7, 0, 0, 6, 0, 9, 2, 2, 0, 5],
    ];

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var target = (input[0] & 1) == 0 ? input[1..] : Encoding.Latin1.GetBytes(Disguised(input.AsSpan(1)));
        measure.Begin();
        var readings = PathReadings.Of(target);
        measure.End();
        if (readings is { Count: 0 or > PathReadings.MaxReadings } || readings?.Distinct().Count() != readings?.Count)
            throw new OracleException("there is at least one reading, and not too many", $"{readings?.Count}");
        if (readings?.Any(reading => reading.Length > target.Length + 1) ?? false)
            throw new OracleException("a reading is not longer than what was written", $"{target.Length}");
        if ((input[0] & 1) == 1 && !Rule.HasPath(readings))
            throw new OracleException("a disguised path is denied", Encoding.Latin1.GetString(target));
    }

    private static string Disguised(ReadOnlySpan<byte> choices)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Denied.Length; i++)
        {
            var c = Denied[i];
            var choice = i < choices.Length ? choices[i] : (byte)0;
            text.Append((c, choice % 13) switch
            {
                (_, 1) => $"%{(int)c:x2}",
                (_, 2) => $"%{(int)c:X2}",
                (_, 3) => $"%25{(int)c:x2}",
                (_, 4) => $"%2525{(int)c:x2}",
                (_, 5) => $"%u00{(int)c:x2}",
                (_, 6) => char.ToUpperInvariant(c).ToString(),
                ('/', 7) => "//",
                ('/', 8) => "/./",
                ('/', 9) => "/a/../",
                ('/', 10) => i == 0 ? "/" : ";a=b/",
                ('/', 11) => i == 0 ? "/" : "\\",
                ('/', 12) => "/%2e/",
                _ => c.ToString(),
            });
        }
        return "/" + text.ToString().TrimStart('/'); // origin-form has one slash as it is
    }
}
