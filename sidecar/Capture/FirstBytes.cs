using K8sRecorder.Sidecar.Identify;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>Waits for what the ends of a connection say first, and knows by it what they speak. Bounded in time; the token ends any wait, and is thrown.</summary>
internal sealed class FirstBytes(TimeProvider time, CancellationToken cut)
{
    /// <summary>An agent that says nothing for so long may be waiting for the target to speak first.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>The first bytes have so long to say what they are.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A connection that was opened ahead of its first request has so long.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    /// <summary>The hello, where TLS was found.</summary>
    public ClientHello? Hello { get; private set; }

    /// <summary>What the agent speaks: by what it said in full, or by what it said in time.</summary>
    /// <param name="peek">The agent's side.</param>
    /// <param name="isRaw">Whether it goes to a target whose bytes are all the same to us, but for what encrypts them: then nothing is waited for that tells words from HTTP.</param>
    public async ValueTask<SpokenProtocol> ReadAsync(Peek peek, bool isRaw = false)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cut);
        var sniffer = new AgentSniffer();
        try
        {
            while (true)
            {
                if (sniffer.Look(peek.Bytes, out var hello) is { } spoken)
                {
                    Hello = hello;
                    return spoken;
                }
                if (isRaw && peek.Count > 0 && !ProtocolSniffer.MayEncrypt(peek.Bytes))
                    return SpokenProtocol.Opaque;
                // no request is half a request line and the end: somebody who speaks in words said one
                if (!await peek.ReadAsync(either.Token))
                    return SpokenProtocol.Opaque;
            }
        }
        catch (OperationCanceledException) when (!cut.IsCancellationRequested)
        {
            return ProtocolSniffer.OfSlowAgent(peek.Bytes);
        }
    }

    /// <summary>Whether something comes, or the end, within this time.</summary>
    public async ValueTask<bool> ComeAsync(Peek peek, TimeSpan within)
    {
        using var quiet = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cut);
        try
        {
            await peek.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cut.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether the agent speaks before the target does, however long both take. Neither's bytes are taken.</summary>
    /// <param name="peek">The agent's side.</param>
    /// <param name="targetSpeaks">A wait for the target's side that takes nothing.</param>
    public async ValueTask<bool> ComeFirstAsync(Peek peek, Func<CancellationToken, ValueTask<int>> targetSpeaks)
    {
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cut);
        var agent = peek.WaitAsync(decided.Token).AsTask();
        var target = targetSpeaks(decided.Token).AsTask();
        var first = await Task.WhenAny(agent, target);
        await decided.CancelAsync();
        await ((Task)Task.WhenAll(agent, target)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cut.ThrowIfCancellationRequested();
        return first == agent;
    }
}
