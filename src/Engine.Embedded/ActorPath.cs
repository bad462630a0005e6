using System.Buffers;

namespace Rwho.Engine;

/// <summary>Where an actor stands: <c>akka://system/user/rwho/udp</c>.</summary>
public sealed class ActorPath
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\"-_.*$+:@&=,!~';()");

    private string? _text;

    private ActorPath(ActorPath? parent, string name)
    {
        Parent = parent ?? this;
        Name = name;
    }

    /// <summary>The last element.</summary>
    public string Name { get; }

    /// <summary>The path of the supervisor; the root is its own.</summary>
    public ActorPath Parent { get; }

    /// <summary>The whole path, system included.</summary>
    public override string ToString()
    {
        if (_text is not null)
            return _text;
        var parent = Parent.ToString();
        return _text = parent.EndsWith('/') ? parent + Name : parent + "/" + Name;
    }

    internal static ActorPath Root(string system) => new(null, "/") { _text = $"akka://{system}/" };

    internal ActorPath Child(string name) => new(this, name);

    /// <summary>
    /// ASCII letters, digits and some signs; not empty, and no <c>$</c> in front: those are the engine's.
    /// </summary>
    internal static bool IsValidName(string name) =>
        name.Length > 0 && name[0] != '$' && !name.AsSpan().ContainsAnyExcept(s_nameCharacters);
}
