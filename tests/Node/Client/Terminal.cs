using System.Diagnostics;
using System.Text;

namespace Rwho.Tests.Node.Client;

/// <summary>A program on a terminal of its own, made by script(1).</summary>
internal sealed class Terminal : IDisposable
{
    private const string PictureEnd = "\u001b[J";

    private readonly Process process;
    private readonly StringBuilder written = new();
    private readonly Task reading;

    public Terminal(string command, int columns, int lines, params (string Name, string Value)[] environment)
    {
        var shell = $"trap : INT QUIT; ulimit -c 0; stty cols {columns} rows {lines}; echo at $(tty); {command}; "
            + "status=$?; echo; echo ended $status; stty -a";
        // Whoever runs the tests in the background has them ignore Ctrl-C; the program does not inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=HUP,INT,QUIT", "script", "-qfc", shell, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["TZ"] = "UTC";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
        reading = Task.Run(ReadAsync);
    }

    public string Written
    {
        get
        {
            lock (written) return written.ToString();
        }
    }

    /// <summary>Waits until a picture drawn from now on, or the last one, satisfies.</summary>
    public Task Shows(Func<string, bool> good) => Eventually.True(() => good(Picture), () => $"shown: {Written}");

    /// <summary>Waits until the text was written.</summary>
    public Task Says(string text) =>
        Eventually.True(() => Written.Contains(text, StringComparison.Ordinal), () => $"'{text}' in: {Written}");

    public void Type(string keys)
    {
        process.StandardInput.Write(keys);
        process.StandardInput.Flush();
    }

    /// <summary>Makes the window another size.</summary>
    public async Task ResizeAsync(int columns, int lines)
    {
        var device = Written.Split("at ")[1].Split('\r')[0];
        using var stty = Process.Start("stty", ["-F", device, "cols", $"{columns}", "rows", $"{lines}"]);
        await stty.WaitForExitAsync();
        Assert.Equal(0, stty.ExitCode);
    }

    /// <summary>Waits for the end; all that was written.</summary>
    public async Task<string> EndAsync()
    {
        await Says("ended ");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await reading;
        return Written;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    /// <summary>How many pictures were drawn.</summary>
    public int Pictures => Written.Split(PictureEnd).Length - 1;

    /// <summary>The last picture that is whole.</summary>
    private string Picture
    {
        get
        {
            var pictures = Written.Split(PictureEnd);
            return pictures.Length < 2 ? "" : pictures[^2];
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int count;
        while ((count = await process.StandardOutput.ReadAsync(buffer)) > 0)
            lock (written) written.Append(buffer, 0, count);
    }
}
