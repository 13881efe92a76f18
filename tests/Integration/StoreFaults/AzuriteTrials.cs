using Azure.Storage.Blobs;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing.Azurite;
using K8sRecorder.Testing.Faults;

namespace K8sRecorder.Integration.StoreFaults;

/// <summary>One Azurite, and trials with a container of their own behind a proxy that fails.</summary>
public sealed class AzuriteTrials : IAsyncLifetime
{
    private AzuriteServer? _server;
    private int _containers;

    public async Task InitializeAsync() => _server = await AzuriteServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    internal async Task<(StoreTrial Trial, FaultProxy Proxy)> NewAsync(string mode)
    {
        var server = _server!;
        var name = $"c-{Interlocked.Increment(ref _containers)}-trial";
        await new BlobContainerClient(server.ConnectionString, name).CreateAsync();
        var proxy = FaultProxy.Start(server.Port);
        var url = StoreUrl.Parse($"azblob://{server.Account}/{name}");
        return (new StoreTrial(mode, url, proxy.Before(server.ConnectionString), AzureAccess.ByConnectionString(server.ConnectionString)), proxy);
    }

    /// <summary>What must never be in a log or on a page.</summary>
    internal string Key => _server!.ConnectionString.Split(';').Single(part => part.StartsWith("AccountKey=", StringComparison.Ordinal))["AccountKey=".Length..];
}
