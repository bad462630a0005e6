using Microsoft.Extensions.Logging;
using Rwho.Actors.Udp;

namespace Rwho.Node.Recording;

/// <summary>
/// The daemon's recording. It goes on when a reload ends one node and begins another, unless another file is named by
/// then, or the file was moved away.
/// </summary>
internal sealed class Recordings(TimeProvider time, ILogger log) : IDisposable
{
    private (RecordFile File, Recorder Recorder)? kept;
    private (RecordFile File, Recorder Recorder)? tried;

    /// <summary>The transport for a node that is about to start. What it records to counts once it is kept.</summary>
    /// <param name="path">Null when nothing is to be recorded.</param>
    /// <exception cref="ExitException">The file cannot be had, or is not to be replaced.</exception>
    public IUdpTransport Begin(string? path, IUdpTransport transport)
    {
        tried = path is null ? null : kept is { } under && under.File.IsAt(path) ? kept : Open(path);
        return tried is { } recording ? new RecordedTransport(transport, recording.Recorder) : transport;
    }

    /// <summary>The node runs: what the one before recorded to is closed, where it is another file.</summary>
    public void Keep()
    {
        if (kept != tried) kept?.Recorder.Dispose();
        kept = tried;
    }

    /// <summary>The node did not come up: what the one before recorded to stays.</summary>
    public void Discard()
    {
        if (tried != kept) tried?.Recorder.Dispose();
        tried = kept;
    }

    public void Dispose()
    {
        Discard();
        kept?.Recorder.Dispose();
        kept = tried = null;
    }

    private (RecordFile File, Recorder Recorder) Open(string path)
    {
        var file = RecordFile.Open(path);
        return (file, new Recorder(file.Content, path, time, log));
    }
}
