namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// Takes <c>ech</c> and HTTP/3 out of a message's SVCB and HTTPS records (<see cref="SvcbStripping"/>). A message without them stays as it is,
/// byte for byte. One with them is written anew, says no longer that it was authenticated (AD), and signatures in it no longer fit.
/// </summary>
internal static class ServiceStripper
{
    /// <summary>What is left of a message.</summary>
    /// <param name="message">A message that was checked (<see cref="DnsAnswer.Check"/>).</param>
    /// <param name="stripped">What the agent is to get; null where nothing was taken.</param>
    /// <returns>How many parameters, protocols and records were taken.</returns>
    public static int Strip(ReadOnlySpan<byte> message, out byte[]? stripped)
    {
        stripped = null;
        if (!DnsHeader.TryRead(message, out var header))
            return 0;
        var taken = 0;
        var records = DnsAnswer.Records(message, header);
        Span<byte> left = default;
        while (records.MoveNext())
        {
            if (records.Current.Type is not (DnsType.SVCB or DnsType.HTTPS))
                continue;
            if (left.Length < records.Current.DataLength)
                left = new byte[records.Current.DataLength];
            taken += SvcbStripping.Strip(records.Current.DataOf(message), left, out _);
        }
        if (taken > 0)
            stripped = Rewrite(message, header, left);
        return taken;
    }

    private static byte[] Rewrite(ReadOnlySpan<byte> message, DnsHeader header, Span<byte> left)
    {
        var writer = new MessageWriter();
        Span<byte> name = stackalloc byte[DnsLimits.Name];
        writer.Write(message[..DnsLimits.Header]);
        var at = DnsLimits.Header;
        for (var i = 0; i < header.Questions && NameReader.TryRead(message, at, name, out var length, out var next); i++, at = next + 4)
        {
            writer.WriteName(name[..length]);
            writer.Write(message.Slice(next, 4));
        }
        Span<ushort> counts = stackalloc ushort[3];
        var lengths = new List<(int At, ushort Value)>();
        var records = new RecordReader(message, header, at);
        while (records.MoveNext())
        {
            var record = records.Current;
            ReadOnlySpan<byte> data = record.DataOf(message);
            if (record.Type is DnsType.SVCB or DnsType.HTTPS)
            {
                SvcbStripping.Strip(data, left, out var length);
                if (length < 0)
                    continue;
                data = left[..length];
            }
            NameReader.TryRead(message, record.Owner, name, out var owner, out _);
            writer.WriteName(name[..owner]);
            writer.Write(record.Type);
            writer.Write(record.Class);
            writer.Write(record.Ttl);
            var lengthAt = writer.Length;
            writer.Write((ushort)0);
            WriteData(message, record, data, writer);
            lengths.Add((lengthAt, (ushort)(writer.Length - lengthAt - 2)));
            counts[(int)record.Section]++;
        }
        var rewritten = writer.ToArray(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lengths));
        new DnsHeader(header.Id, (ushort)(header.Flags & ~DnsHeader.AuthenticFlag), header.Questions, counts[0], counts[1], counts[2]).Write(rewritten);
        return rewritten;
    }

    /// <summary>Names in known types may be pointers into what was: they are written anew. Everything else stays as it is.</summary>
    private static void WriteData(ReadOnlySpan<byte> message, in DnsRecordPlace record, ReadOnlySpan<byte> data, MessageWriter writer)
    {
        var layout = NameLayout.Of(record.Type);
        if (layout.Names == 0 || !layout.Fits(message, record))
        {
            writer.Write(data);
            return;
        }
        Span<byte> name = stackalloc byte[DnsLimits.Name];
        writer.Write(data[..layout.Before]);
        var at = record.Data + layout.Before;
        for (var i = 0; i < layout.Names && NameReader.TryRead(message, at, name, out var length, out at); i++)
            writer.WriteName(name[..length]);
        writer.Write(message[at..record.End]);
    }
}
