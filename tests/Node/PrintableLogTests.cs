using Microsoft.Extensions.Logging;
using Rwho.Node;

namespace Rwho.Tests.Node;

public sealed class PrintableLogTests
{
    [Fact]
    public void Every_line_is_one_line_that_no_terminal_obeys()
    {
        var inner = new Lines();
        var log = new PrintableLog(inner);
#pragma warning disable CA1848, CA2254 // the program's own lines are generated; here any will do
        log.LogWarning("interface {Name}\nfake: line", "eth\u001b[2J0");
        log.LogError(new IOException("a\u001b]0;title\u0007b\r\nsecond"), "cannot write");
#pragma warning restore CA1848, CA2254
        Assert.Equal("interface eth?[2J0 fake: line", inner.All[0]);
        Assert.StartsWith(
            "cannot write: System.IO.IOException: a?]0;title?b second", inner.All[1], StringComparison.Ordinal);
        Assert.All(inner.All, line => Assert.DoesNotContain(line, char.IsControl));
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception) + exception);
    }
}
