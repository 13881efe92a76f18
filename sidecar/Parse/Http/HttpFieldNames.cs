using System.Text;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>Tells a field by its name, whatever its case.</summary>
internal static class HttpFieldNames
{
    public static HttpFieldName Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => Is(name, "host"u8) ? HttpFieldName.Host : Is(name, "date"u8) ? HttpFieldName.Date : HttpFieldName.Other,
        6 => Is(name, "expect"u8) ? HttpFieldName.Expect : HttpFieldName.Other,
        7 => Is(name, "upgrade"u8) ? HttpFieldName.Upgrade : HttpFieldName.Other,
        10 => Is(name, "connection"u8) ? HttpFieldName.Connection : Is(name, "keep-alive"u8) ? HttpFieldName.KeepAlive : HttpFieldName.Other,
        12 => Is(name, "content-type"u8) ? HttpFieldName.ContentType : HttpFieldName.Other,
        14 => Is(name, "content-length"u8) ? HttpFieldName.ContentLength : HttpFieldName.Other,
        16 => Is(name, "content-encoding"u8) ? HttpFieldName.ContentEncoding
            : Is(name, "proxy-connection"u8) ? HttpFieldName.ProxyConnection : HttpFieldName.Other,
        17 => Is(name, "transfer-encoding"u8) ? HttpFieldName.TransferEncoding : HttpFieldName.Other,
        _ => HttpFieldName.Other,
    };

    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(name, other);
}
