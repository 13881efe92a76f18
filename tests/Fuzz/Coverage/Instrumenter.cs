using System.Runtime.CompilerServices;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace K8sRecorder.Fuzz.Coverage;

/// <summary>Rewrites an assembly so that every basic block reports itself to <see cref="EdgeMap"/>, and takes note of its literals.</summary>
internal static class Instrumenter
{
    private const int LongestLiteral = 64;

    /// <summary>Writes the instrumented copy; gives its blocks, and adds the literals (strings, <c>"…"u8</c>) to the dictionary.</summary>
    public static List<Block> Rewrite(string from, string to, SortedSet<string> literals)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(from, new ReaderParameters { InMemory = true, ReadSymbols = false });
        var module = assembly.MainModule;
        var hit = module.ImportReference(typeof(EdgeMap).GetMethod(nameof(EdgeMap.Hit)));
        var blocks = new List<Block>();
        foreach (var method in module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody && m.Body.Instructions.Count > 0))
        {
            TakeLiterals(method.Body, literals);
            Rewrite(method, hit, Seed(assembly.Name.Name, method.FullName), blocks);
        }

        assembly.Write(to);
        return blocks;
    }

    private static void Rewrite(MethodDefinition method, MethodReference hit, uint seed, List<Block> blocks)
    {
        var (type, name) = Written(method);
        // What records and properties get by themselves is nobody's to reach.
        var isWritten = !method.CustomAttributes.Any(a => a.AttributeType.Name == nameof(CompilerGeneratedAttribute));
        var body = method.Body;
        body.SimplifyMacros();
        var heads = Heads(body);
        var il = body.GetILProcessor();
        foreach (var head in heads)
        {
            // The head itself becomes the report, and its copy follows: all that points at it, branches and handlers, stays right.
            var copy = il.Create(OpCodes.Nop);
            (copy.OpCode, copy.Operand) = (head.OpCode, head.Operand);
            var id = Next(ref seed);
            if (isWritten)
                blocks.Add(new Block(id, type, name));
            (head.OpCode, head.Operand) = (OpCodes.Ldc_I4, id);
            var call = il.Create(OpCodes.Call, hit);
            il.InsertAfter(head, call);
            il.InsertAfter(call, copy);
        }

        body.OptimizeMacros();
    }

    /// <summary>The type and method as they were written: what the compiler makes of lambdas and async methods lies in types of its own.</summary>
    private static (string Type, string Method) Written(MethodDefinition method)
    {
        var (type, name) = (method.DeclaringType, method.Name);
        for (; type.DeclaringType is { } outer; type = outer)
            name = type.Name.StartsWith('<') && type.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? type.Name[1..end] : name;
        if (name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var close)
            name = name[1..close];
        return (type.Name, name);
    }

    private static List<Instruction> Heads(MethodBody body)
    {
        var heads = new HashSet<Instruction> { body.Instructions[0] };
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                heads.Add(target);
            else if (instruction.Operand is Instruction[] targets)
                heads.UnionWith(targets);
            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && instruction.Next is { } next)
                heads.Add(next);
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            heads.Add(handler.HandlerStart);
            if (handler.FilterStart is { } filter)
                heads.Add(filter);
        }

        return [.. body.Instructions.Where(heads.Contains)];
    }

    private static void TakeLiterals(MethodBody body, SortedSet<string> literals)
    {
        foreach (var instruction in body.Instructions)
        {
            if (instruction.OpCode == OpCodes.Ldstr && instruction.Operand is string text)
                Take(Encoding.UTF8.GetBytes(text), literals);
            else if (instruction.OpCode == OpCodes.Ldsflda && instruction.Operand is FieldDefinition { InitialValue: { Length: > 0 } data })
                Take(data.AsSpan().TrimEnd((byte)0), literals);
        }
    }

    // A sentence of an error message or a table of numbers is no token of any format.
    private static void Take(ReadOnlySpan<byte> bytes, SortedSet<string> literals)
    {
        if (bytes.Length is >= 1 and <= LongestLiteral && !bytes.ContainsAnyExceptInRange((byte)0x09, (byte)0x7e) && bytes.Count((byte)' ') < 3)
            literals.Add(Convert.ToHexString(bytes));
    }

    /// <summary>The same ids for the same code, whatever else was changed: what a corpus covered yesterday it covers today.</summary>
    private static uint Seed(string assembly, string method)
    {
        var hash = 2166136261u;
        foreach (var c in assembly + method)
            hash = (hash ^ c) * 16777619u;
        return hash | 1;
    }

    private static int Next(ref uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (int)(state & (EdgeMap.Size - 1));
    }
}
