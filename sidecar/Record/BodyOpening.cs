using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Sidecar.Mask;

namespace K8sRecorder.Sidecar.Record;

/// <summary>What is known of a body before its first byte.</summary>
/// <param name="Kind">Kind of its record.</param>
/// <param name="Continuation">Kind of the records that carry the rest of a long one.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Shape">How it is looked through.</param>
/// <param name="Coding">Null: not coded. Empty: coded in a way that cannot be undone. Else the coding.</param>
/// <param name="Cutter">Where it is cut into parts.</param>
/// <param name="Events">Whether arrival times are kept.</param>
/// <param name="From">Which end it comes from, where its channel has two bodies of one kind.</param>
/// <param name="Message">Its number on its channel, from 1, where several of one direction may be open; else 0.</param>
/// <param name="Decoder">Undoes <paramref name="Coding"/> where it is none of HTTP's; whose it is disposes of it.</param>
/// <param name="Watch">Sees the clear text, and says how it is looked through if <paramref name="Shape"/> does not hold.</param>
internal readonly record struct BodyOpening(
    string Kind, string Continuation, long Channel, MaskingShape Shape, string? Coding, IBodyCutter? Cutter, bool Events, string? From = null,
    long Message = 0, IBodyDecoder? Decoder = null, IClearTextWatch? Watch = null);
