namespace Rwho.Tests.Engine;

/// <summary>Lets real time pass, for what Akka.NET does by the machine's clock.</summary>
internal static class Eventually
{
    /// <summary>Waits a little longer than this.</summary>
    public static Task Pass(TimeSpan time) => Task.Delay(time + TimeSpan.FromMilliseconds(100));
}
