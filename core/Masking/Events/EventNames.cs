namespace K8sRecorder.Masking.Events;

/// <summary>Names of members of model API events that tell which text a piece belongs to, and those that never hold one.</summary>
internal static class EventNames
{
    /// <summary>What a member's name says of its value.</summary>
    public enum Kind
    {
        /// <summary>May hold a piece of a text.</summary>
        Other,

        /// <summary>Says which one of several.</summary>
        Index,

        /// <summary>Says what kind of event it is.</summary>
        Type,

        /// <summary>Names something as a whole, in every event again.</summary>
        Label,
    }

    public static Kind Of(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("index"u8) || name.EndsWith("_index"u8) || name.SequenceEqual("contentBlockIndex"u8))
            return Kind.Index;
        if (name.SequenceEqual("type"u8))
            return Kind.Type;
        return name.SequenceEqual("id"u8) || name.EndsWith("_id"u8) || name.SequenceEqual("object"u8) || name.SequenceEqual("model"u8)
            || name.SequenceEqual("role"u8) || name.SequenceEqual("status"u8) || name.EndsWith("_reason"u8) || name.EndsWith("_at"u8)
            || name.SequenceEqual("system_fingerprint"u8) || name.SequenceEqual("service_tier"u8) || name.SequenceEqual("obfuscation"u8)
            || name.SequenceEqual("modelVersion"u8) || name.SequenceEqual("responseId"u8) || name.SequenceEqual("finishReason"u8)
            || name.SequenceEqual("category"u8) || name.SequenceEqual("probability"u8) || name.SequenceEqual("signature"u8)
            ? Kind.Label : Kind.Other;
    }
}
