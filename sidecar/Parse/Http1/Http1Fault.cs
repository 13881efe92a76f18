namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What is wrong with a message: each has its words in <see cref="Http1Refusals"/>.</summary>
internal enum Http1Fault
{
    None = 0,
    StartLine,
    Version,
    TargetTooLong,
    HeadTooLarge,
    TooManyFields,
    LineEnd,
    FieldName,
    FieldValue,
    Blanks,
    Host,
    ContentLength,
    TransferEncoding,
    TwoFramings,
    TunnelBody,
}
