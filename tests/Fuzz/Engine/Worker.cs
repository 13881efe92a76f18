using System.Diagnostics;
using System.Globalization;
using System.Text;
using K8sRecorder.Fuzz.Coverage;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>The search itself: takes inputs, changes them, runs them, keeps what shows something new. Runs in a process of its own.</summary>
internal sealed class Worker : IDisposable
{
    private const int ChildrenOfOne = 32;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TimeToMinimize = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TimeToTrim = TimeSpan.FromSeconds(0.25);

    private readonly FuzzTarget _target;
    private readonly FuzzOptions _options;
    private readonly Executor _executor;
    private readonly Corpus _corpus;
    private readonly Findings _findings;
    private readonly CurrentInput _current;
    private readonly Mutator _mutator;
    private readonly Random _random;
    private TimeSpan _reportedAt;
    private long _started;

    public Worker(FuzzTarget target, FuzzOptions options)
    {
        _target = target;
        _options = options;
        _random = new Random(options.Seed);
        _executor = new Executor(target, watchTime: true);
        _corpus = new Corpus(options.CorpusOf(target.Name), _random);
        _findings = new Findings(options.FindingsOf(target.Name), target.Name);
        _current = new CurrentInput(options.CurrentOf(target.Name), target.MaxLength);
        _mutator = new Mutator(_random, Words(target), target.MaxLength);
    }

    private TimeSpan Elapsed => _options.IsProcessorTime ? Processor : Stopwatch.GetElapsedTime(_started);

    private static TimeSpan Processor => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>Searches until the time is over; the number of findings.</summary>
    public int Run()
    {
        _started = Stopwatch.GetTimestamp();
        var known = _corpus.Kept().Concat(_target.Seeds()).OrderBy(s => s.Length).Select(s => s.Length > _target.MaxLength ? s[.._target.MaxLength] : s);
        if (_options.IsCoverage)
        {
            Reach.Print(_target, known);
            return 0;
        }

        foreach (var input in known)
            Try(input, trim: false);
        while (Elapsed < _options.Time)
        {
            var parent = _corpus.Pick();
            for (var i = 0; i < ChildrenOfOne; i++)
                Try(_mutator.Mutate(parent, _corpus.Any()), trim: true);
            if (Elapsed - _reportedAt < ReportEvery)
                continue;
            _reportedAt = Elapsed;
            Report("running");
        }

        Report("done");
        return _findings.Count;
    }

    public void Dispose() => _current.Dispose();

    private void Try(byte[] input, bool trim)
    {
        var outcome = Execute(input);
        if (outcome.IsFinding)
        {
            Found(input, outcome);
            return;
        }

        var news = _corpus.New(_executor.Features);
        if (news.Count == 0)
            return;
        if (trim)
            input = Minimizer.Shrink(input, shorter => !Execute(shorter).IsFinding && HasAll(news), TimeToTrim);
        _corpus.Add(input, news, keep: trim);
    }

    private bool HasAll(List<int> features)
    {
        var shown = _executor.Features.ToHashSet();
        return features.TrueForAll(shown.Contains);
    }

    private void Found(byte[] input, Outcome outcome)
    {
        if (!_findings.IsNew(outcome.Kind!))
            return;
        var smallest = Minimizer.Shrink(input, shorter => Execute(shorter).Kind == outcome.Kind, TimeToMinimize);
        _findings.Add(smallest, Execute(smallest) is { IsFinding: true } again ? again : outcome);
    }

    private Outcome Execute(byte[] input)
    {
        _current.Set(input);
        return _executor.Run(input);
    }

    private void Report(string state) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"fuzz: {_target.Name} {state} runs={_executor.Count} cpu={Processor.TotalSeconds:F0}s branches={_corpus.Branches} features={_corpus.Features} corpus={_corpus.Count} findings={_findings.Count}"));

    private static List<byte[]> Words(FuzzTarget target) =>
        [.. target.Dictionary.Select(Encoding.UTF8.GetBytes).Where(w => w.Length > 0), .. Stage.Literals()];
}
