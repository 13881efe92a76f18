using System.Diagnostics.Metrics;
using System.Net;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Admin;

/// <summary>The admin port, byte by byte.</summary>
public sealed class AdminListenerTests : IAsyncLifetime, IDisposable
{
    private readonly IPEndPoint _address = new(IPAddress.Loopback, Loopback.FreePort());
    private readonly Meter _meter = new("K8sRecorder.Nobody");
    private readonly MetricsText _metrics;
    private AdminListener _sut = null!;
    private bool _isReady = true;

    public AdminListenerTests() => _metrics = new MetricsText(_meter);

    public Task InitializeAsync()
    {
        _sut = CreateSut(_address);
        _sut.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _sut.DisposeAsync();

    public void Dispose()
    {
        _metrics.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Metrics_of_another_recorder_in_the_process_stay_out()
    {
        using var other = new Meter(_meter.Name);
        _meter.CreateObservableGauge("own", () => 1);
        other.CreateObservableGauge("foreign", () => 2);

        Assert.Contains("own 1\n", _metrics.Render(), StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", _metrics.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_in_pieces_is_answered_and_the_connection_closed()
    {
        using var connection = await RawConnection.ToAsync(_address.Port);
        foreach (var piece in "GET /healthz?a=b HTTP/1.1\r\nHost: h\r\n\r\n")
            await connection.SendAsync(piece.ToString());

        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task Head_request_is_answered_without_the_body()
    {
        var answer = await AnswerAsync("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.EndsWith("Content-Length: 3\r\nConnection: close\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_is_asked_for_each_time()
    {
        _isReady = false;
        Assert.StartsWith("HTTP/1.1 503 ", await AnswerAsync("GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n"), StringComparison.Ordinal);
        _isReady = true;
        Assert.StartsWith("HTTP/1.1 200 ", await AnswerAsync("GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("what is this\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\nHost: h\n\n", "400")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400")]
    [InlineData("DELETE /metrics HTTP/1.1\r\nHost: h\r\n\r\n", "405")]
    [InlineData("GET /anything HTTP/1.1\r\nHost: h\r\n\r\n", "404")]
    public async Task What_is_not_a_question_for_it_is_refused(string request, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await AnswerAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task Head_that_does_not_end_is_refused()
    {
        var answer = await AnswerAsync($"GET / HTTP/1.1\r\nHost: h\r\nX: {new string('x', 16 << 10)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_connections_have_a_bound_and_do_not_hold_up_the_end()
    {
        var address = new IPEndPoint(IPAddress.Loopback, Loopback.FreePort());
        var silent = new List<RawConnection>();
        await using (var sut = CreateSut(address))
        {
            sut.Start();
            for (var i = 0; i < 33; i++)
                silent.Add(await RawConnection.ToAsync(address.Port));
            Assert.Equal("", await silent[^1].ReadToEndAsync());
        }

        silent.ForEach(static connection => connection.Dispose());
    }

    [Fact]
    public async Task Address_in_use_is_named()
    {
        await using var second = CreateSut(_address);

        var failure = Assert.Throws<IOException>(second.Start);
        Assert.Contains($"{_address}", failure.Message, StringComparison.Ordinal);
    }

    private AdminListener CreateSut(IPEndPoint address) => new(address, _metrics, static () => true, () => (_isReady, _isReady ? "ok" : "not ready"), TimeProvider.System);

    private async Task<string> AnswerAsync(string request)
    {
        using var connection = await RawConnection.ToAsync(_address.Port);
        await connection.SendAsync(request);
        return await connection.ReadToEndAsync();
    }
}
