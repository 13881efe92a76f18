namespace K8sRecorder.Masking.Events;

/// <summary>
/// Reads one JSON document of a stream of events and lists its strings that may be pieces of a longer text. Two strings
/// belong together when they stand at the same path, array positions aside, and the indexes beside them (<c>index</c>,
/// <c>output_index</c>, …) and the event's type agree: so the parallel choices, tool calls and content blocks of every
/// model API stay apart, without a list of APIs.
/// </summary>
internal sealed class EventStrings
{
    private const int MaxDepth = 32;
    private const int MaxStrings = 1024;
    private static readonly ulong Bytes = Hash("bytes"u8);

    private readonly List<EventString> _strings = [];
    private readonly Frame[] _frames = new Frame[MaxDepth];
    private int _at;

    /// <summary>The strings found.</summary>
    public List<EventString> Strings => _strings;

    /// <summary>Where the content of the document's member <c>bytes</c> stands, if that is a string: of no length else.</summary>
    public (int Start, int End) Inner { get; private set; }

    /// <summary>Reads a document. False when it is none, is too deep or too full: then there is nothing to put together.</summary>
    public bool Read(ReadOnlySpan<byte> json, int start)
    {
        _strings.Clear();
        Inner = default;
        _at = start;
        var depth = 0;
        _frames[0] = default;
        while (true)
        {
            SkipBlank(json);
            if (_at == json.Length)
                return false;
            ref var frame = ref _frames[depth];
            switch (json[_at])
            {
                case (byte)'{' or (byte)'[':
                    if (depth + 1 == MaxDepth)
                        return false;
                    _frames[depth + 1] = new Frame { IsObject = json[_at++] == '{', Path = Mix(frame.Path, frame.Key), FirstString = _strings.Count };
                    depth++;
                    _frames[depth].NeedsKey = _frames[depth].IsObject;
                    continue;
                case (byte)'}' or (byte)']':
                    if (depth == 0 || frame.IsObject != (json[_at] == '}'))
                        return false;
                    _at++;
                    Close(ref frame);
                    depth--;
                    break;
                case (byte)',' when depth > 0:
                    _at++;
                    frame.NeedsKey = frame.IsObject;
                    continue;
                case (byte)'"':
                    if (!TakeString(json, ref frame, isRoot: depth == 1, out var isKey))
                        return false;
                    if (isKey)
                        continue;
                    break;
                default:
                    if (!TakeScalar(json, ref frame))
                        return false;
                    break;
            }

            if (depth == 0)
                return true;
        }
    }

    private bool TakeString(ReadOnlySpan<byte> json, ref Frame frame, bool isRoot, out bool isKey)
    {
        isKey = frame.NeedsKey;
        var start = ++_at;
        while (true)
        {
            var stop = json[_at..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
                return false;
            _at += stop;
            if (json[_at] == '"')
                break;
            _at += 2;
            if (_at > json.Length)
                return false;
        }

        var content = json[start.._at++];
        if (isKey)
        {
            SkipBlank(json);
            if (_at == json.Length || json[_at++] != ':')
                return false;
            frame.NeedsKey = false;
            frame.Key = Hash(content);
            frame.Names = EventNames.Of(content);
            return true;
        }

        if (frame.Names == EventNames.Kind.Type && isRoot)
            frame.Identity += Mix(frame.Key, Hash(content));
        if (frame.Names is EventNames.Kind.Other && !content.IsEmpty)
        {
            if (_strings.Count == MaxStrings)
                return false;
            if (isRoot && frame.Key == Bytes)
                Inner = (start, start + content.Length);
            _strings.Add(new EventString(Mix(frame.Path, frame.Key), start, start + content.Length));
        }

        return true;
    }

    private bool TakeScalar(ReadOnlySpan<byte> json, ref Frame frame)
    {
        var length = json[_at..].IndexOfAny(",}] \t"u8);
        var scalar = length < 0 ? json[_at..] : json.Slice(_at, length);
        if (scalar.IsEmpty || scalar.ContainsAny("\"{[:"u8))
            return false;
        if (frame.Names == EventNames.Kind.Index)
            frame.Identity += Mix(frame.Key, Hash(scalar));
        _at += scalar.Length;
        return true;
    }

    /// <summary>What stands beside a string, before or after it, tells which text it belongs to.</summary>
    private void Close(ref Frame frame)
    {
        if (frame.Identity == 0)
            return;
        for (var i = frame.FirstString; i < _strings.Count; i++)
            _strings[i] = _strings[i] with { Lane = Mix(_strings[i].Lane, frame.Identity) };
    }

    private void SkipBlank(ReadOnlySpan<byte> json)
    {
        while (_at < json.Length && json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    private static ulong Mix(ulong a, ulong b) => ((a ^ (b + 0x9E3779B97F4A7C15UL)) * 0xFF51AFD7ED558CCDUL) ^ (a >> 29);

    private struct Frame
    {
        public bool IsObject;
        public bool NeedsKey;
        public ulong Path;
        public ulong Key;
        public EventNames.Kind Names;
        public ulong Identity;
        public int FirstString;
    }
}
