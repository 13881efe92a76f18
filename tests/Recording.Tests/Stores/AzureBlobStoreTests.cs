using System.Security.Cryptography;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Stores;

[Collection(AzuriteTests.Name)]
public sealed class AzureBlobStoreTests(AzuriteFixture azurite) : StoreConformance
{
    private AzureAccess Access => AzureAccess.ByConnectionString(azurite.Server.ConnectionString);

    [Fact]
    public async Task Put_is_one_put_blob_with_its_digest_and_condition()
    {
        using var wire = new RecordingHandler();
        using var client = new HttpClient(wire);
        var store = new AzureBlobStore(await azurite.NewContainerAsync(), Access, new HttpClientTransport(client));

        await store.PutNewAsync("a/b", Bytes(9 << 20), default);

        var request = Assert.Single(wire.Requests);
        Assert.Equal(HttpMethod.Put, request.Method);
        Assert.DoesNotContain("comp=", request.RequestUri!.Query, StringComparison.Ordinal);
        Assert.Equal("*", Assert.Single(request.Headers.IfNoneMatch).ToString());
        Assert.NotNull(request.Content!.Headers.ContentMD5);
    }

    [Fact]
    public async Task Bytes_damaged_on_the_way_are_refused_and_not_stored()
    {
        using var wire = new RecordingHandler { DamageBody = true };
        using var client = new HttpClient(wire);
        var url = await azurite.NewContainerAsync();
        var store = new AzureBlobStore(url, Access, new HttpClientTransport(client));

        var e = await Assert.ThrowsAsync<StoreException>(async () => await store.PutNewAsync("a/b", Bytes(1000), default));

        Assert.Equal(StoreFault.Corrupted, e.Fault);
        Assert.True(e.IsTransient);
        Assert.Null(await new AzureBlobStore(url, Access).GetAsync("a/b", 1000, default));
    }

    [Fact]
    public async Task Put_under_a_create_only_right_that_landed_already_is_settled_by_confirm()
    {
        var url = await azurite.NewContainerAsync();
        var bytes = Bytes(1000);
        var writer = new AzureBlobStore(url, AzureAccess.ByConnectionString(CreateOnly(url, "a/b")));
        Assert.Equal(PutResult.Created, await writer.PutNewAsync("a/b", bytes, default));

        var e = await Assert.ThrowsAsync<StoreException>(async () => await writer.PutNewAsync("a/b", bytes, default));

        Assert.Equal(StoreFault.Denied, e.Fault);
        Assert.False(e.IsTransient);
        Assert.True(await new AzureBlobStore(url, Access).ConfirmAsync("a/b", SHA256.HashData(bytes), default));
    }

    [Fact]
    public async Task Server_that_fails_is_tried_again_by_the_caller_only()
    {
        using var wire = new RecordingHandler { Answer = System.Net.HttpStatusCode.ServiceUnavailable };
        using var client = new HttpClient(wire);
        var store = new AzureBlobStore(await azurite.NewContainerAsync(), Access, new HttpClientTransport(client));

        var e = await Assert.ThrowsAsync<StoreException>(async () => await store.PutNewAsync("a/b", Bytes(10), default));

        Assert.True(e.IsTransient);
        Assert.Single(wire.Requests);
    }

    [Fact]
    public async Task Container_that_is_not_there_is_no_store()
    {
        var store = new AzureBlobStore(StoreUrl.Parse($"azblob://{azurite.Server.Account}/nothing"), Access);

        var e = await Assert.ThrowsAsync<StoreException>(async () => await store.PutNewAsync("a/b", Bytes(10), default));

        Assert.Equal(StoreFault.NotAStore, e.Fault);
        Assert.Equal(StoreFault.NotAStore, (await Assert.ThrowsAsync<StoreException>(async () => await store.GetAsync("a/b", 10, default))).Fault);
    }

    [Fact]
    public void Connection_string_that_is_none_is_refused_without_its_text()
    {
        var url = StoreUrl.Parse("azblob://recordings/container");

        var e = Assert.Throws<StoreException>(() => new AzureBlobStore(url, AzureAccess.ByConnectionString("AccountKey=geheim")));

        Assert.DoesNotContain("geheim", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_string_of_another_account_is_refused()
    {
        var url = StoreUrl.Parse("azblob://another/container");

        Assert.Equal(StoreFault.NotAStore, Assert.Throws<StoreException>(() => new AzureBlobStore(url, Access)).Fault);
    }

    protected override async Task<(IRecordingStore[] Writers, IRecordingReader Reader)> OpenAsync(int writers)
    {
        var url = await azurite.NewContainerAsync();
        return ([.. Enumerable.Range(0, writers).Select(_ => url.OpenStore(Access))], url.OpenReader(Access));
    }

    private string CreateOnly(StoreUrl url, string key)
    {
        var blob = new BlobClient(azurite.Server.ConnectionString, url.Container, url.Prefix + key);
        var sas = blob.GenerateSasUri(BlobSasPermissions.Create, DateTimeOffset.UtcNow.AddHours(1)).Query[1..];
        return $"BlobEndpoint={blob.Uri.GetLeftPart(UriPartial.Authority)}/{azurite.Server.Account};SharedAccessSignature={sas}";
    }

    private sealed class RecordingHandler : DelegatingHandler
    {
        public RecordingHandler()
            : base(new SocketsHttpHandler())
        {
        }

        public List<HttpRequestMessage> Requests { get; } = [];

        public bool DamageBody { get; init; }

        public System.Net.HttpStatusCode? Answer { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            if (DamageBody && request.Content is { } content)
            {
                var bytes = await content.ReadAsByteArrayAsync(cancellationToken);
                bytes[bytes.Length / 2] ^= 1;
                var damaged = new ByteArrayContent(bytes);
                foreach (var (name, values) in content.Headers)
                    damaged.Headers.TryAddWithoutValidation(name, values);
                request.Content = damaged;
            }

            return Answer is { } answer ? new HttpResponseMessage(answer) : await base.SendAsync(request, cancellationToken);
        }
    }
}
