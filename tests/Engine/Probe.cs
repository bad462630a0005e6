using System.Threading.Channels;

namespace Rwho.Tests.Engine;

/// <summary>An actor that keeps what it is told for a test to read, in order.</summary>
public sealed class Probe(Stage stage, IActorRef self, Channel<object> received)
{
    public IActorRef Ref => self;

    /// <summary>The next message, which has to be a <typeparamref name="T"/>.</summary>
    public async Task<T> Next<T>() => Assert.IsType<T>(await Next());

    /// <summary>The next message, whatever it is.</summary>
    public async Task<object> Next()
    {
        stage.Run();
        if (!received.Reader.TryRead(out var message))
        {
            Assert.False(stage.IsSynchronous, "Nothing more comes, where a message was expected.");
            using var patience = new CancellationTokenSource(Stage.Patience);
            message = await received.Reader.ReadAsync(patience.Token);
        }

        return message;
    }

    /// <summary>The next messages have to be these, in this order.</summary>
    public async Task Expect(params string[] messages)
    {
        foreach (var expected in messages)
            Assert.Equal(expected, await Next<string>());
    }

    /// <summary>The next messages have to be these, in any order.</summary>
    public async Task ExpectInAnyOrder(params string[] messages)
    {
        var got = new List<string>();
        while (got.Count < messages.Length)
            got.Add(await Next<string>());
        Assert.Equal(messages.Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
    }

    /// <summary>Has the recorder do something within its context; what it said before comes first.</summary>
    public void Do(Action<IActorContext> action) => self.Tell(action, ActorRefs.NoSender);

    internal sealed class Recorder : ReceiveActor
    {
        public Recorder(ChannelWriter<object> received)
        {
            Receive<Action<IActorContext>>(action => action(Context));
            Receive<object>(message => received.TryWrite(message));
        }
    }
}
