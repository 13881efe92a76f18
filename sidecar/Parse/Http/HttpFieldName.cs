namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>The fields that mean something to the recorder itself; every other one is only carried and recorded.</summary>
internal enum HttpFieldName
{
    Other = 0,
    Host,
    Connection,
    KeepAlive,
    ProxyConnection,
    TransferEncoding,
    ContentLength,
    Upgrade,
    Expect,
    ContentType,
    ContentEncoding,
    Date,
}
