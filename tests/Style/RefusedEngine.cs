namespace Rwho.Tests.Style;

/// <summary>An engine with what ours must not have.</summary>
public static class RefusedEngine
{
    /// <summary>An expression over <c>Engine.</c>, in this engine's full name.</summary>
    public static string Named(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return expression.Replace("Engine.", typeof(RefusedEngine).FullName + ".", StringComparison.Ordinal);
    }

#pragma warning disable CA1034, CA1822 // A sample of what others nest and make instance members.
    public sealed class Actor
    {
        public object Scheduler => this;

        public object ReceiveAsync<T>() => typeof(T);

        internal static object Stash() => "not shown";
    }

    public sealed class BackoffSupervisor;

    public static class Props
    {
        public static object Create() => "props";
    }
#pragma warning restore CA1034, CA1822
}
