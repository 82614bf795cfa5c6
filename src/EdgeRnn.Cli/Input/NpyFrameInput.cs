using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Input;

/// <summary>Reads the frames of an array that numpy.save wrote; <see cref="RowFrames"/> tells its shape.</summary>
internal sealed class NpyFrameInput : FrameInput
{
    private readonly string _name;
    private readonly FileStream _file;
    private readonly NpyHeader _header;
    private readonly int _elementSize;
    private readonly Terminal _terminal;

    private NpyFrameInput(string name, FileStream file, Terminal terminal)
    {
        _name = name;
        _file = file;
        _terminal = terminal;
        _header = NpyHeader.Read(file, name);
        _elementSize = SizeOf(_header.Type)
            ?? throw new CliException($"{name}: expected numbers of type f2, f4, f8, i1 to i8 or u1 to u8, found {ForeignText.Show(_header.Type)}");
        CheckLength();
    }

    /// <exception cref="CliException">There is no such file, or it is no array of numbers.</exception>
    public static NpyFrameInput Open(string path, Terminal terminal)
    {
        string name = ForeignText.Show(path);
        if (!File.Exists(path))
            throw new CliException($"{name}: expected a file, found none");
        FileStream file = File.OpenRead(path);
        try
        {
            return new NpyFrameInput(name, file, terminal);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(
        int frameSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int rows = RowFrames.WholeLength(_header.Shape, checked((int)Elements), frameSize, _name, _terminal);
        if (_header.IsFortranOrder && _header.Shape.Count > 1)
            throw new CliException($"{_name}: expected rows one after the other, found columns: save numpy.ascontiguousarray(x)");
        if (_header.Type[1..] is "f8" or "i4" or "i8" or "u4" or "u8")
            _terminal.Warn($"{_name}: the array is {_header.Type[1..]} and was rounded to f4");
        int batch = Math.Max(1, BatchValues / frameSize) * frameSize;
        float[] values = new float[batch];
        byte[] bytes = new byte[batch * _elementSize];
        for (int start = 0; start < rows; start += batch)
        {
            int count = Math.Min(batch, rows - start);
            await _file.ReadExactlyAsync(bytes.AsMemory(0, count * _elementSize), cancellationToken);
            Convert(bytes.AsSpan(0, count * _elementSize), values);
            yield return values.AsMemory(0, count);
        }
    }

    public override void Dispose() => _file.Dispose();

    private long Elements => _header.Shape.Aggregate(1L, (product, count) => product * count);

    private void CheckLength()
    {
        var elements = (Int128)1;
        foreach (long count in _header.Shape)
            elements *= count;
        long found = _file.Length - _file.Position;
        if (elements > int.MaxValue)
            throw new CliException($"{_name}: expected at most {int.MaxValue} values, found [{string.Join(", ", _header.Shape)}]");
        if (elements * _elementSize > found)
        {
            throw new CliException(
                $"{_name}: expected {elements * _elementSize} bytes of values, found {found}: {elements * _elementSize - found} bytes are missing");
        }
    }

    private static int? SizeOf(string type) => type switch
    {
        ['<' or '>' or '|' or '=', 'f', var size] when size is '2' or '4' or '8' => size - '0',
        ['<' or '>' or '|' or '=', 'i' or 'u', var size] when size is '1' or '2' or '4' or '8' => size - '0',
        _ => null,
    };

    private void Convert(Span<byte> bytes, Span<float> values)
    {
        bool isBig = _header.Type[0] == '>';
        string kind = _header.Type[1..];
        for (int i = 0; i < bytes.Length / _elementSize; i++)
        {
            Span<byte> element = bytes.Slice(i * _elementSize, _elementSize);
            if (isBig)
                element.Reverse();
            values[i] = kind switch
            {
                "f2" => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                "f4" => BinaryPrimitives.ReadSingleLittleEndian(element),
                "f8" => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
                "i1" => (sbyte)element[0],
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(element),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(element),
                "i8" => BinaryPrimitives.ReadInt64LittleEndian(element),
                "u1" => element[0],
                "u2" => BinaryPrimitives.ReadUInt16LittleEndian(element),
                "u4" => BinaryPrimitives.ReadUInt32LittleEndian(element),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(element),
            };
        }
    }
}
