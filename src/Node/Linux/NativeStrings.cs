using System.Runtime.InteropServices;

namespace Rwho.Node.Linux;

/// <summary>A NULL-terminated array of NUL-terminated strings in unmanaged memory, as execve(2) takes them.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly int count;

    public NativeStrings(IReadOnlyList<byte[]> strings)
    {
        count = strings.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));
        for (var index = 0; index < count; index++)
        {
            var text = (byte*)NativeMemory.AllocZeroed((nuint)strings[index].Length + 1);
            strings[index].CopyTo(new Span<byte>(text, strings[index].Length));
            Pointer[index] = text;
        }
    }

    public byte** Pointer { get; private set; }

    public void Dispose()
    {
        if (Pointer is null) return;
        for (var index = 0; index < count; index++) NativeMemory.Free(Pointer[index]);
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
