using K8sRecorder.Masking.Output;
using K8sRecorder.Masking.Scanning;
using System.Text;

namespace K8sRecorder.Masking.Detectors;

/// <summary>The detectors of one policy, compiled for one scan.</summary>
internal sealed class DetectorSet
{
    /// <summary>Half of what a stream may hold back, because a match may overlap one that is decided and not written yet.</summary>
    public const int DefaultWindow = 8 * 1024;

    private readonly Detector[] _detectors;
    private readonly bool[] _tagged;
    private readonly Matcher[] _matchers;
    private readonly int[] _owners;

    public DetectorSet(IReadOnlyList<Detector> detectors, Func<DetectorInfo, bool> isTagged, Tagger? tagger)
    {
        _detectors = [.. detectors];
        _tagged = [.. detectors.Select(d => isTagged(d.Info))];
        Tagger = tagger;
        var matchers = new List<Matcher>();
        var owners = new List<int>();
        var literals = new List<Literal>();
        var classes = new List<ByteClassPattern>();
        for (var i = 0; i < _detectors.Length; i++)
        {
            foreach (var pattern in _detectors[i].Patterns)
            {
                MaxBack = Math.Max(MaxBack, pattern.Back);
                if (_detectors[i].Rank == Rank.Rule)
                    Window = Math.Max(Window, _detectors[i].Info.MaxLength + 64);
                foreach (var literal in pattern.Literals)
                    literals.Add(new Literal(Encoding.UTF8.GetBytes(literal), pattern.IgnoreCase, matchers.Count));
                if (pattern.Literals.Length == 0)
                    classes.Add(new ByteClassPattern(pattern.First, pattern.Then, matchers.Count));
                matchers.Add(pattern.Matcher);
                owners.Add(i);
            }
        }

        _matchers = [.. matchers];
        _owners = [.. owners];
        Literals = new LiteralSet(literals, classes);
    }

    /// <summary>What the scan looks for.</summary>
    public LiteralSet Literals { get; }

    /// <summary>Stream bytes from the start of a match that are waited for: what built-in detectors need, or the policy's longest rule.</summary>
    public int Window { get; } = DefaultWindow;

    /// <summary>How far before its literal a match may start.</summary>
    public int MaxBack { get; }

    /// <summary>Makes tags; null without a key.</summary>
    public Tagger? Tagger { get; }

    public Matcher MatcherOf(int pattern) => _matchers[pattern];

    public Detector DetectorOf(int pattern) => _detectors[_owners[pattern]];

    /// <summary>The tag of a secret that a pattern found, if its kind gets one.</summary>
    public string? TagOf(int pattern, ReadOnlySpan<byte> secret) => _tagged[_owners[pattern]] ? Tagger?.Tag(secret) : null;
}
