using System.Buffers.Binary;
using System.Text;

namespace EdgeRnn.Cli.Output;

/// <summary>
/// Writes a safetensors file with one tensor, output [T, 1, O] F32, in bounded memory. The header, which states the number of values, is
/// in a reserved space and written again with every piece, so that the file can be read while it grows and after the process was killed.
/// </summary>
internal sealed class TensorResultOutput : ResultOutput
{
    // A multiple of 8, which aligns the values; enough for the longest numbers.
    private const int HeaderLength = 152;
    private const int DataStart = sizeof(ulong) + HeaderLength;
    private const int PieceBytes = 1 << 18;
    private static readonly TimeSpan PieceTime = TimeSpan.FromMilliseconds(250);

    private readonly FileStream _file;
    private readonly int _outputSize;
    private readonly TimeProvider _time;
    private readonly MemoryStream _piece = new();
    private long _written;
    private long _pieceTime;
    private bool _isComplete;

    /// <exception cref="CliException">The file cannot be written.</exception>
    public TensorResultOutput(string path, int outputSize, TimeProvider? time = null)
    {
        _file = OutputFile.Create(path);
        _outputSize = outputSize;
        _time = time ?? TimeProvider.System;
        WritePiece();
    }

    public override void Write(long firstFrame, int every, ReadOnlySpan<float> outputs)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float value in outputs)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _piece.Write(bytes);
        }

        if (_piece.Length >= PieceBytes || _time.GetElapsedTime(_pieceTime) >= PieceTime)
            WritePiece();
    }

    public override void Dispose()
    {
        if (_isComplete)
            return;
        _isComplete = true;
        using (_file)
            WritePiece();
    }

    private void WritePiece()
    {
        RandomAccess.Write(_file.SafeFileHandle, _piece.GetBuffer().AsSpan(0, (int)_piece.Length), DataStart + _written);
        _written += _piece.Length;
        _piece.SetLength(0);
        RandomAccess.Write(_file.SafeFileHandle, Header(), 0);
        _pieceTime = _time.GetTimestamp();
    }

    private byte[] Header()
    {
        long rows = _written / (_outputSize * sizeof(float));
        string json = $$$"""{"output":{"dtype":"F32","shape":[{{{rows}}},1,{{{_outputSize}}}],"data_offsets":[0,{{{_written}}}]}}""";
        byte[] header = new byte[DataStart];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, HeaderLength);
        Encoding.ASCII.GetBytes(json, header.AsSpan(sizeof(ulong)));
        return header;
    }
}
