using Azure.Storage.Blobs;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing.Azurite;

namespace K8sRecorder.Recording.Tests.Stores;

/// <summary>One Azurite for all tests of the project; each test has a container of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteServer? _server;
    private int _containers;

    public AzuriteServer Server => _server!;

    public async Task InitializeAsync() => _server = await AzuriteServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public async Task<StoreUrl> NewContainerAsync()
    {
        var name = $"c-{Interlocked.Increment(ref _containers)}-test";
        await new BlobContainerClient(Server.ConnectionString, name).CreateAsync();
        return StoreUrl.Parse($"azblob://{Server.Account}/{name}/some/prefix");
    }
}
