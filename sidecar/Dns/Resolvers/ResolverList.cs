using System.Net;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>
/// The pod's resolvers, read from a file again when it has changed. While it cannot be read, the ones before stay. Any thread.
/// </summary>
internal sealed class ResolverList
{
    private const int MostBytes = 64 << 10;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string? _file;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<IPEndPoint> _own;
    private readonly Lock _lock = new();
    private volatile ResolverSettings _settings;
    private (DateTime Written, long Length) _seen;
    private long _looked;

    /// <param name="file"><c>/etc/resolv.conf</c>.</param>
    /// <param name="own">Addresses that we listen on ourselves: never asked.</param>
    /// <param name="time">For how often the file is looked at.</param>
    public ResolverList(string file, IReadOnlyList<IPEndPoint> own, TimeProvider time)
    {
        (_file, _own, _time) = (file, own, time);
        _settings = ResolvConf.Parse("");
        Read();
        AtStart = _settings;
        _looked = time.GetTimestamp();
    }

    /// <param name="settings">Always these.</param>
    public ResolverList(ResolverSettings settings)
    {
        (_own, _time, _settings, AtStart) = ([], TimeProvider.System, settings, settings);
    }

    /// <summary>What the file said at the start. What may be asked for follows from this: whoever can write the file later could widen it.</summary>
    public ResolverSettings AtStart { get; }

    /// <summary>What holds now.</summary>
    public ResolverSettings Current
    {
        get
        {
            if (_file is not null && _time.GetElapsedTime(Volatile.Read(ref _looked)) >= LookInterval && _lock.TryEnter())
            {
                try
                {
                    Volatile.Write(ref _looked, _time.GetTimestamp());
                    Read();
                }
                finally
                {
                    _lock.Exit();
                }
            }
            return _settings;
        }
    }

    private void Read()
    {
        try
        {
            var file = new FileInfo(_file ?? "");
            if (!file.Exists || (file.LastWriteTimeUtc, file.Length) == _seen || file.Length > MostBytes)
                return;
            var settings = ResolvConf.Parse(File.ReadAllText(file.FullName));
            _seen = (file.LastWriteTimeUtc, file.Length);
            _settings = settings with { Servers = [.. settings.Servers.Where(server => !_own.Contains(server))] };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // looked at again in a moment
        }
    }
}
