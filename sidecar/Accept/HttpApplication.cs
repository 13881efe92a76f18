using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Pipeline;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>What Kestrel calls for each request: hands it to the pipeline, with the exchange object of its connection.</summary>
internal sealed class HttpApplication(RecorderPipeline pipeline) : IHttpApplication<HttpExchange>
{
    public HttpExchange CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<HttpExchange>;
        var exchange = container?.HostContext ?? pipeline.NewExchange();
        container?.HostContext = exchange;
        exchange.Open(contextFeatures);
        return exchange;
    }

    public Task ProcessRequestAsync(HttpExchange context) => pipeline.RunAsync(context);

    public void DisposeContext(HttpExchange context, Exception? exception) => context.Close();
}
