using System.Runtime.InteropServices;

namespace EdgeRnn.Arm64Cases;

/// <summary>A buffer that an entry is given, with its content before the call.</summary>
internal abstract record Operand(float[] Before);

/// <summary>Read only: the call must not change it.</summary>
internal sealed record Input(float[] Before) : Operand(Before);

/// <summary>Overwritten; its content after the call is unspecified.</summary>
internal sealed record Scratch(int Length) : Operand(Values.Filled(Length, float.NaN));

/// <summary>Receives rows of results, row i beginning at Offset + i * Stride.</summary>
/// <param name="Expected">[row][value]: the bits of x64.</param>
/// <param name="Reference">[row][value] in double precision; NaN if only the bits are compared.</param>
/// <param name="Tolerance">The maximum error against the reference, relative for values above 1.</param>
internal sealed record Result(float[] Before, int Offset, int Stride, int Width, float[] Expected, double[] Reference, double Tolerance)
    : Operand(Before);

/// <summary>Calls of entries with operands and expected results, little-endian, as <c>cases.c</c> reads them.</summary>
internal sealed class CaseFile(string path) : IDisposable
{
    private readonly BinaryWriter _writer = new(File.Create(path));

    public int Count { get; private set; }

    /// <param name="entry">The entry's name without its width.</param>
    /// <param name="sizes">The entry's sizes, in the order of its struct.</param>
    /// <param name="operands">The entry's buffers, in the order of its struct.</param>
    public void Add(string entry, int[] sizes, params Operand[] operands)
    {
        Count++;
        _writer.Write(entry.Length);
        _writer.Write(entry.AsSpan());
        WriteArray<int>(sizes);
        _writer.Write(operands.Length);
        foreach (Operand operand in operands)
        {
            _writer.Write(operand switch { Input => 0, Scratch => 1, _ => 2 });
            WriteArray<float>(operand.Before);
            if (operand is not Result result)
                continue;
            _writer.Write(result.Offset);
            _writer.Write(result.Stride);
            _writer.Write(result.Width);
            _writer.Write(result.Tolerance);
            WriteArray<float>(result.Expected);
            WriteArray<double>(result.Reference);
        }
    }

    public void Dispose() => _writer.Dispose();

    private void WriteArray<T>(T[] values) where T : unmanaged
    {
        _writer.Write(values.Length);
        _writer.Write(MemoryMarshal.AsBytes<T>(values));
    }
}
