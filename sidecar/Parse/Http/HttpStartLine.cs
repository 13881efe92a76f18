namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>Where the three parts of a start line stand: method, target, version; or version, status, reason.</summary>
internal readonly record struct HttpStartLine(
    bool IsRequest, int FirstAt, int FirstLength, int SecondAt, int SecondLength, int ThirdAt, int ThirdLength, int Length);
