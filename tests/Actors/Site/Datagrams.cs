using System.Text;
using Rwho.Protocol;

namespace Rwho.Tests.Actors;

/// <summary>Datagrams as another host's rwhod would send them.</summary>
internal static class Datagrams
{
    public static byte[] Of(string host, long sent, long booted = Scene.Start - 86400, int load = 0) =>
        WhodCodec.ToDatagram(new WhodStatus(
            Scene.Name(host), WhoTime.Fold(sent), WhoTime.Fold(booted), new LoadAverages(load, 0, 0), []))
            .Bytes.ToArray();

    public static WhodDatagram Read(byte[] bytes) =>
        WhodCodec.TryRead(bytes, out var datagram, out var rejection)
            ? datagram : throw new ArgumentException(rejection.ToString());

    public static byte[] WithHostField(byte[] datagram, string field)
    {
        var changed = (byte[])datagram.Clone();
        changed.AsSpan(12, 32).Clear();
        Encoding.Latin1.GetBytes(field).CopyTo(changed, 12);
        return changed;
    }
}
