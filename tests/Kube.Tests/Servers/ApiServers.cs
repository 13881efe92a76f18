using K8sRecorder.Kube.Configuration;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Servers;

/// <summary>The servers that the contract tests run against, started when the first test asks and stopped after the last.</summary>
public sealed class ApiServers : IAsyncLifetime
{
    public const string Fake = "fake";
    public const string Real = "kube-apiserver";

    private FakeApiServer? _fake;
    private RealApiServer? _real;

    /// <summary>A name for this run's objects: the real server's outlive a test.</summary>
    public static string Unique(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..(prefix.Length + 9)];

    public async Task<ApiServer> GetAsync(string which)
    {
        if (which is Fake)
        {
            _fake ??= await FakeApiServer.StartAsync();
            return new ApiServer(
                new KubernetesClientConfiguration { Host = _fake.Url, UseEnvironmentProxy = false }, _fake.StopAsync, _fake.ResumeAsync, _fake);
        }
        _real ??= await RealApiServer.StartAsync();
        return new ApiServer(
            new KubernetesClientConfiguration
            {
                Host = _real.Url,
                UseEnvironmentProxy = false,
                AccessToken = _real.AdminToken,
                CertificateAuthority = FileOrData.FromFile(_real.AuthorityFile),
            },
            _real.StopAsync,
            _real.ResumeAsync,
            null);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_fake is not null)
            await _fake.DisposeAsync();
        if (_real is not null)
            await _real.DisposeAsync();
    }
}
