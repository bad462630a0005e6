using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Rwho.Tests.Fuzz.Coverage;

/// <summary>
/// Writes copies of assemblies in which every block of code tells <see cref="CoverageMap"/> that it runs.
/// </summary>
internal sealed class Instrumentation(string directory)
{
    private int blocks;

    /// <summary>How many blocks there are so far.</summary>
    public int Blocks => blocks;

    /// <param name="isCovered">Which of its types are under test.</param>
    /// <returns>The copy's path.</returns>
    public string Copy(string assemblyPath, Func<TypeDefinition, bool> isCovered)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(assemblyPath));
        using var module = ModuleDefinition.ReadModule(
            assemblyPath, new ReaderParameters { AssemblyResolver = resolver });
        var hit = HitIn(module);
        foreach (var method in module.GetTypes().Where(isCovered).SelectMany(type => type.Methods))
            if (method.HasBody) Instrument(method.Body, hit);
        var copy = Path.Combine(directory, Path.GetFileName(assemblyPath));
        module.Write(copy);
        return copy;
    }

    private static MethodReference HitIn(ModuleDefinition module)
    {
        var map = typeof(CoverageMap);
        var home = map.Assembly.GetName();
        if (module.Assembly.Name.Name == home.Name)
            return module.GetType(map.FullName).Methods.First(method => method.Name == nameof(CoverageMap.Hit));
        var reference = new AssemblyNameReference(home.Name, home.Version);
        module.AssemblyReferences.Add(reference);
        var type = new TypeReference(map.Namespace, map.Name, module, reference);
        return new MethodReference(nameof(CoverageMap.Hit), module.TypeSystem.Void, type)
        {
            Parameters = { new ParameterDefinition(module.TypeSystem.Int32) },
        };
    }

    private void Instrument(MethodBody body, MethodReference hit)
    {
        body.SimplifyMacros();
        var code = body.GetILProcessor();
        foreach (var first in BlocksOf(body))
        {
            // What jumps here has to run the call: the instruction itself becomes the call, and moves behind it.
            var moved = Instruction.Create(OpCodes.Nop);
            (moved.OpCode, moved.Operand) = (first.OpCode, first.Operand);
            code.InsertAfter(first, moved);
            code.InsertAfter(first, Instruction.Create(OpCodes.Call, hit));
            // Far apart, so that the numbers of pairs are, too.
            (first.OpCode, first.Operand) = (OpCodes.Ldc_I4, (int)((uint)++blocks * 2654435761 >> 8));
        }

        body.OptimizeMacros();
    }

    private static HashSet<Instruction> BlocksOf(MethodBody body)
    {
        var first = new HashSet<Instruction> { body.Instructions[0] };
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction to) first.Add(to);
            if (instruction.Operand is Instruction[] all) first.UnionWith(all);
            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && instruction.Next is { } next)
                first.Add(next);
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            first.Add(handler.HandlerStart);
            if (handler.FilterStart is { } filter) first.Add(filter);
        }

        return first;
    }
}
