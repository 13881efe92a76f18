using K8sRecorder.Recording.Shipping;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Sidecar.Ship;

/// <summary>What an operator does about a store that fails. Uploads go on by themselves once it is done.</summary>
internal static class ShippingAdvice
{
    public static string For(ShippingFailure failure) => failure switch
    {
        ShippingFailure.Unavailable => "it does not answer, or answers with errors; look at the store and at the network to it",
        ShippingFailure.TimedOut => "it does not answer in time; look at the store and at the network to it",
        ShippingFailure.Denied => "it refuses the credentials, or is read-only; renew them, and see that they allow to create and to read",
        ShippingFailure.ClockWrong => "it refuses requests that are dated so far from its own clock; set this node's clock",
        ShippingFailure.Full => "it has no room; make some, or raise its quota",
        ShippingFailure.NotAStore => "the container or folder is gone; create it again, or put back the one that was there",
        ShippingFailure.Corrupted => "other bytes arrive there than were sent; look at what is between",
        ShippingFailure.TooLarge => "it does not take objects of that size; raise its limit, or that of a proxy before it",
        ShippingFailure.NotStored => "uploads are acknowledged and not there afterwards; look at what answers in its place",
        ShippingFailure.Conflict => "something else has that name there; find out who else writes into this store",
        ShippingFailure.Spool => "the spool's file cannot be read or deleted; look at the spool's disk",
        _ => "report this",
    };

    public static string For(StoreFault fault) => For(fault switch
    {
        StoreFault.Denied => ShippingFailure.Denied,
        StoreFault.ClockWrong => ShippingFailure.ClockWrong,
        StoreFault.Full => ShippingFailure.Full,
        StoreFault.NotAStore => ShippingFailure.NotAStore,
        StoreFault.Corrupted => ShippingFailure.Corrupted,
        StoreFault.TooLarge => ShippingFailure.TooLarge,
        _ => ShippingFailure.Unavailable,
    });
}
