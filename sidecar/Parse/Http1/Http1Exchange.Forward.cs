using System.Buffers;
using System.Runtime.CompilerServices;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <content>How a request goes to its target and the response comes back.</content>
internal sealed partial class Http1Exchange
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ExchangeResult> ForwardAsync()
    {
        var result = BadRequest;
        if (!_firstIsBad)
        {
            result = await SendAndReceiveAsync();
            // nothing came back on a connection that was used before: it was closed in that moment, and asking again does no harm
            if (result == ExchangeResult.BadAnswer && _link is { WasUsed: true } && !_response.HasBytes && CanBeSentAgain && !IsAborted)
            {
                await _link.DropAsync();
                result = await SendAndReceiveAsync();
            }
        }
        if (result == ExchangeResult.Upgraded)
            return result;
        if (Pump.Running is not null)
            result = await EndPumpAsync(result);
        // whoever sends more than was asked for is not asked again on the same connection
        if (result == ExchangeResult.Completed && KeepsConnection && _link.In.Count == 0)
        {
            _link.Keep();
            return result;
        }
        await _link.DropAsync();
        if (result == ExchangeResult.Completed)
            return result;
        KeepsConnection = false;
        return RecordingFailed ? ExchangeResult.NotRecorded
            : _connection.WasCut ? ExchangeResult.RecorderStopped
            : result is ExchangeResult.NotRecorded or ExchangeResult.ClientAborted ? result
            : IsAborted ? ExchangeResult.ClientAborted
            : result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ExchangeResult> SendAndReceiveAsync()
    {
        _connection.BeginWait();
        var reached = await _link.ReachAsync(Target, CanBeSentAgain);
        _connection.EndWait();
        if (!reached || IsAborted)
            return ExchangeResult.Unreachable;
        if (_framing.Kind != BodyKind.None && !await RecordFirstAsync())
            return ExchangeResult.NotRecorded;
        try
        {
            await SendFirstAsync();
        }
        catch (Exception gone) when (Http1Connection.IsGone(gone))
        {
            // it may have answered before it went; if not, the response's side will tell
        }
        if (!IsRequestWhole)
        {
            Close();
            Pump.Start();
        }
        return await _response.RelayAsync();
    }

    /// <summary>What is here of the body, in pieces of which the masker takes one at a time.</summary>
    private async ValueTask RecordHeldAsync()
    {
        var data = _first.Data;
        if (data.Length >= LargeHeads.From * 4)
            await Task.Yield(); // masking it may take a while, and this may be the thread that all sockets are read on
        for (; data.Length > Http1Connection.BodyBytes; data = data[Http1Connection.BodyBytes..])
            await Recorder.RequestBytesAsync(data[..Http1Connection.BodyBytes], isLast: false);
        if (data.Length > 0 || _first.IsLast)
            await Recorder.RequestBytesAsync(data, _first.IsLast);
    }

    private async ValueTask CutRequestAsync()
    {
        await Pump.StopAsync();
        if (!Pump.RecordingFailed)
            await Recorder.EndRequestAsync(null, CutReason.TargetAnswered);
    }

    private async ValueTask<bool> RecordFirstAsync()
    {
        try
        {
            if (_first.Data.Length > 0 || _first.IsLast)
                await RecordHeldAsync();
            else
                await Recorder.AccountRequestHeadAsync();
            if (_first.IsLast)
                await Recorder.EndRequestAsync(RequestBody.Trailers, null);
            return true;
        }
        catch (Exception)
        {
            RecordingFailed = true; // the pipeline tells the agent
            return false;
        }
    }

    /// <summary>The head, and what is here of the body, in one send.</summary>
    private ValueTask SendFirstAsync()
    {
        var source = _connection.In;
        var host = Target.HostFor(_head);
        if (ForwardedHead.IsUnchanged(_head, _options, _target, host, AsksForWebSocket))
            return _link.Wire.SendAsync(source.Bytes.AsMemory(source.At, _unsent));
        var changed = ArrayPool<byte>.Shared.Rent(ForwardedHead.SizeOf(_head, host) + _first.Wire);
        var length = ForwardedHead.WriteRequest(_head, _options, _target, host, AsksForWebSocket, Target.IsProxied, changed);
        source.Bytes.AsSpan(source.At + _head.Length, _first.Wire).CopyTo(changed.AsSpan(length));
        return SentBuffer.SendAsync(_link.Wire, changed, length + _first.Wire);
    }

    /// <summary>
    /// The response is over, one way or the other, and the request's body may not be. Where the target answered before it had read it
    /// all, the rest is still brought to it: it keeps its connection, so it reads on, and only then can it tell where the next request begins.
    /// </summary>
    private async ValueTask<ExchangeResult> EndPumpAsync(ExchangeResult result)
    {
        if (result == ExchangeResult.Completed && !_response.TargetCloses && await Pump.EndAsync(Patience, _connection.Time))
        {
            IsRequestWhole = true;
            return result;
        }
        await Pump.StopAsync();
        RecordingFailed |= Pump.RecordingFailed;
        if (result == ExchangeResult.Completed)
        {
            KeepsConnection = false; // nobody can tell where a next request would begin
            return result;
        }
        return !Pump.IsBadBody ? result : ResponseHasStarted ? ExchangeResult.ClientAborted : BadRequest;
    }

    private ValueTask RecordedAsync(ValueTask recording) =>
        recording.IsCompletedSuccessfully ? recording : NoteFailureAsync(recording);

    private async ValueTask NoteFailureAsync(ValueTask recording)
    {
        try
        {
            await recording;
        }
        catch
        {
            RecordingFailed = true; // the pipeline tells the agent and logs it once
            throw;
        }
    }
}
