using System.Net;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>Records connections that have no channel, or none yet: not let through (<c>connection.refused</c>), not used, about to be shaken hands for.</summary>
internal sealed class Refusals(SessionRotation sessions, RecorderSettings settings)
{
    public ValueTask RecordAsync(Passage? passage, RefusalReason reason, string? name) =>
        RecordAsync(passage is { IsByAddress: true } ? passage.Destination : null, passage?.Authority, reason, name);

    /// <param name="destination">Address and port, where the agent said them.</param>
    /// <param name="authority">Host and port that our proxy was asked for, as the agent wrote them.</param>
    /// <param name="reason">Why.</param>
    /// <param name="name">The name that it goes by.</param>
    public async ValueTask RecordAsync(IPEndPoint? destination, string? authority, RefusalReason reason, string? name)
    {
        using var lease = sessions.Lease();
        var draft = lease.Session.NewDraft("connection.refused", lease.Session.NextChannel());
        if (destination is not null)
            draft.Set("destination", destination.ToString());
        draft.Set("reason", reason.Text);
        if (authority is not null)
            ChannelFacts.SetMasked(draft, "authority", authority, settings.Masking);
        if (name is not null)
            ChannelFacts.SetMasked(draft, "name", name, settings.Masking);
        await lease.Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>
    /// In <c>Strict</c>: a handshake is about to begin towards the target, which says a name that the agent wrote, long before there is an exchange to
    /// record. It is in the spool when this returns; in the other modes nothing is done.
    /// </summary>
    public async ValueTask NoteHandshakeAsync(ChannelFacts facts)
    {
        if (!settings.IsStrict)
            return;
        using var lease = sessions.Lease();
        var draft = lease.Session.NewDraft("connection.begun", lease.Session.NextChannel());
        draft.Set("target", facts.Target);
        facts.Describe(draft, settings);
        await lease.Session.AppendAsync(draft, CancellationToken.None);
    }

    /// <summary>A connection for HTTP that brought no request: opened and closed.</summary>
    public async ValueTask NoteUnusedAsync(ChannelFacts facts, int peerPort)
    {
        using var recorder = new TcpChannelRecorder(sessions, settings, facts with { Protocol = "HTTP" });
        await recorder.OpenAsync(peerPort);
        await recorder.CloseAsync("closed", null);
    }
}
