namespace K8sRecorder.Recording.Sessions;

/// <summary>A content field of a draft: where its part list belongs in the fields, and which bytes, cuts and spans it has.</summary>
internal readonly record struct DraftContent(int FieldAt, int TextAt, int TextLength, int CutAt, int CutCount, int SpanAt, int SpanCount);
