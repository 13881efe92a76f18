using K8sRecorder.Sidecar.Pipeline;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>What Kestrel calls for each request: hands it to the pipeline, with the exchange object of its stream.</summary>
internal sealed class Http2Application(RecorderPipeline pipeline, IHttpOrigin origin) : IHttpApplication<Http2Exchange>
{
    public Http2Exchange CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<Http2Exchange>;
        var exchange = container?.HostContext ?? new Http2Exchange(origin, pipeline);
        container?.HostContext = exchange;
        exchange.Open(contextFeatures);
        return exchange;
    }

    public async Task ProcessRequestAsync(Http2Exchange context)
    {
        var connection = context.Connection;
        if (!connection.TryBegin())
            return; // nobody is there any more
        try
        {
            await pipeline.RunAsync(context);
        }
        finally
        {
            connection.Finish();
        }
    }

    public void DisposeContext(Http2Exchange context, Exception? exception) => context.Close();
}
