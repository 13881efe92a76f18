using System.Buffers;
using System.Text;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Sidecar.Record;

/// <summary>What is known of a connection apart from its bytes, and goes into its records.</summary>
/// <param name="Target">The target's name in the policy.</param>
internal sealed record ChannelFacts(string Target)
{
    /// <summary>What is spoken.</summary>
    public string Protocol { get; init; } = "TCP";

    /// <summary>Address and port that the agent connected to; null where it was a listener of ours.</summary>
    public string? Destination { get; init; }

    /// <summary>Host and port that our proxy was asked for; null where the agent did not ask. What an agent wrote: content.</summary>
    public string? Authority { get; init; }

    /// <summary>Address and port that was dialled in its place, another one of the same name or one of the name asked for; null where it was that one.</summary>
    public string? Dialled { get; init; }

    /// <summary>The same where it is dialled when the request stands recorded: asked when the answer is there, whose record says it.</summary>
    public Func<string?>? DialledLate { get; init; }

    /// <summary>Address and port that it came from, of a connection that the agent accepts.</summary>
    public string? Source { get; init; }

    /// <summary>The name that it is known by: proven for a target, else as claimed. What an agent wrote: content.</summary>
    public string? Name { get; init; }

    /// <summary>The version of TLS that we took off; null where there was none.</summary>
    public string? Tls { get; init; }

    /// <summary>The protocol that was negotiated in it.</summary>
    public string? Alpn { get; init; }

    /// <summary>Why nothing but counts is recorded (<c>passthrough</c>, <c>uninterceptable</c>, <c>unmatched</c>); null where all is.</summary>
    public string? OnlyCountedFor { get; init; }

    /// <summary>What stands in the record of a connection.</summary>
    public void Describe(RecordDraft draft, RecorderSettings settings)
    {
        DescribePath(draft, settings);
        if (Alpn is not null)
            draft.Set("alpn", Alpn);
        if (OnlyCountedFor is not null)
            draft.Set("onlyCountedFor", OnlyCountedFor);
        if (Name is not null)
            SetMasked(draft, "name", Name, settings.Masking);
    }

    /// <summary>What stands in the record of each exchange: how it got here.</summary>
    public void DescribePath(RecordDraft draft, RecorderSettings settings)
    {
        if (Destination is not null)
            draft.Set("destination", Destination);
        if (Dialled is not null)
            draft.Set("dialled", Dialled);
        if (Source is not null)
            draft.Set("source", Source);
        if (Tls is not null)
            draft.Set("tls", Tls);
        if (Authority is not null)
            SetMasked(draft, "authority", Authority, settings.Masking);
    }

    /// <summary>Sets a short text that an agent wrote.</summary>
    public static void SetMasked(RecordDraft draft, string field, string text, MaskingEngine masking)
    {
        var masked = new ArrayBufferWriter<byte>();
        var found = new List<MaskedSpan>();
        using (var masker = masking.Open(MaskingShape.Text))
        {
            masker.Write(Encoding.UTF8.GetBytes(text), masked, found);
            masker.Complete(masked, found);
        }
        draft.SetContent(field, masked.WrittenSpan, found.Count == 0 ? null : [.. found.Select(span => new ContentSpan(span.At, span.Length, span.Detector, span.Tag))]);
    }
}
