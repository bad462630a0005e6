using System.Net.Sockets;

namespace Rwho.Node.Query;

/// <summary>
/// One kind of operation on one socket, used again for each. What the system does at once is answered at once, on the
/// caller's thread; answers that cause each other so go on elsewhere before they fill the stack.
/// </summary>
internal abstract class SocketOperation : SocketAsyncEventArgs, IThreadPoolWorkItem
{
    private const int DeepestAnswer = 16;

    [ThreadStatic]
    private static int depth;

    protected SocketOperation()
        : base(true)
    {
    }

    void IThreadPoolWorkItem.Execute() => Ended();

    protected sealed override void OnCompleted(SocketAsyncEventArgs e) => Ended();

    /// <summary>The operation is over: <see cref="SocketAsyncEventArgs.SocketError"/> tells how.</summary>
    protected abstract void Ended();

    /// <summary>Begins; a socket that is closed is an operation that failed.</summary>
    /// <param name="begin">Answers whether the end comes later.</param>
    protected void Begin<TSocket>(TSocket socket, Func<TSocket, SocketAsyncEventArgs, bool> begin)
    {
        try
        {
            if (begin(socket, this)) return;
        }
        catch (ObjectDisposedException)
        {
            SocketError = SocketError.OperationAborted;
        }
        catch (SocketException failure)
        {
            SocketError = failure.SocketErrorCode;
        }

        if (depth >= DeepestAnswer)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
            return;
        }

        depth++;
        try
        {
            Ended();
        }
        finally
        {
            depth--;
        }
    }
}
