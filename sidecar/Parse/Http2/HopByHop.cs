using Microsoft.Extensions.Primitives;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>Fields that belong to one connection and end at it (RFC 9110 7.6.1). Everything else goes through.</summary>
internal static class HopByHop
{
    /// <summary>Whether the field ends here: by its name, or because the message's Connection field names it.</summary>
    public static bool Ends(string name, StringValues connection)
    {
        switch (name.Length)
        {
            case 7 when Is(name, "Upgrade"):
            case 10 when Is(name, "Connection") || Is(name, "Keep-Alive"):
            case 16 when Is(name, "Proxy-Connection"):
            case 17 when Is(name, "Transfer-Encoding"):
                return true;
        }
        return connection.Count > 0 && IsNamed(name, connection);
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamed(string name, StringValues connection)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan(range).Trim(" \t").Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }
        return false;
    }
}
