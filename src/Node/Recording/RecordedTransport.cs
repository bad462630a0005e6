using System.Net;
using Rwho.Actors.Udp;

namespace Rwho.Node.Recording;

/// <summary>Sockets of another transport, whatever they receive being recorded before anybody looks at it.</summary>
internal sealed class RecordedTransport(IUdpTransport transport, Recorder recorder) : IUdpTransport
{
    public IUdpSocket Bind(IPEndPoint local)
    {
        var socket = transport.Bind(local);
        // Not before: who does not get the port must not replace an earlier recording.
        recorder.Start();
        return new RecordedSocket(socket, local, recorder);
    }

    private sealed class RecordedSocket(IUdpSocket socket, IPEndPoint local, Recorder recorder) : IUdpSocket
    {
        public int ReceiveBufferBytes => socket.ReceiveBufferBytes;

        public long KernelDrops => socket.KernelDrops;

        public void StartReceiving(IDatagramSink sink) =>
            socket.StartReceiving(new RecordedSink(sink, local, recorder));

        public void Send(ReadOnlySpan<byte> datagram, Destination destination) => socket.Send(datagram, destination);

        public void SetMembership(IPAddress group, int interfaceIndex, bool member) =>
            socket.SetMembership(group, interfaceIndex, member);

        public void Dispose() => socket.Dispose();
    }

    private sealed class RecordedSink(IDatagramSink sink, IPEndPoint local, Recorder recorder) : IDatagramSink
    {
        private bool isOffered;

        /// <summary>Recorded the first time: the same datagram comes again where there was no room for it.</summary>
        public bool Receive(ReadOnlySpan<byte> datagram, DatagramSource from)
        {
            if (!isOffered) recorder.Record(from, local, datagram);
            var isTaken = sink.Receive(datagram, from);
            isOffered = !isTaken;
            return isTaken;
        }

        public void WaitForRoom() => sink.WaitForRoom();

        public void Flush() => sink.Flush();

        public void Failed(Exception failure) => sink.Failed(failure);
    }
}
