namespace K8sRecorder.Masking;

/// <summary>How the bytes of a stream are to be looked through.</summary>
public enum MaskingShape
{
    /// <summary>Any text, or bytes of an unknown kind.</summary>
    Text,

    /// <summary>A JSON document: stays valid JSON, the policy's JSON paths apply.</summary>
    Json,

    /// <summary>Server-sent events, or one JSON document a line: text split over the strings of successive events is put together.</summary>
    EventStream,

    /// <summary>application/x-www-form-urlencoded: fields that bear secrets are masked whole.</summary>
    FormUrlEncoded,

    /// <summary>The value of a header that is not masked anyway.</summary>
    HeaderValue,

    /// <summary>A request target or URL: parameters that bear secrets are masked whole.</summary>
    Url,

    /// <summary>Messages of application/vnd.amazon.eventstream: text split over the strings of successive payloads is put together, also where they come in base64.</summary>
    AwsEventStream,
}
