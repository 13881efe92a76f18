namespace K8sRecorder.Recording.Reading;

/// <summary>Whether a part can be read.</summary>
public enum PartState
{
    /// <summary>Its bytes are here and are what the record commits to.</summary>
    Present,

    /// <summary>Its bytes are here; whether they are what the record commits to cannot be told without the salt.</summary>
    Unchecked,

    /// <summary>Its content line is not there.</summary>
    Missing,

    /// <summary>Its content line is not what the record commits to.</summary>
    Damaged,

    /// <summary>No record stores a part of this number.</summary>
    Unknown,

    /// <summary>With it the content were larger than a reader takes.</summary>
    TooLarge,
}
