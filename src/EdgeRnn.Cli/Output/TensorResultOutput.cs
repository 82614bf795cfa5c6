using System.Buffers.Binary;
using System.Text;

namespace EdgeRnn.Cli.Output;

/// <summary>
/// Writes a safetensors file with one tensor, output [T, 1, O] F32. Values are written as they come, in bounded memory; the header, which
/// states their number, is written last, into the space reserved for it.
/// </summary>
internal sealed class TensorResultOutput(string path, int outputSize) : ResultOutput
{
    // A multiple of 8, which aligns the values; enough for the longest numbers.
    private const int HeaderLength = 152;

    private readonly FileStream _file = CreateFile(path);
    private byte[] _bytes = [];
    private long _rows;

    public override void Write(long firstFrame, int every, ReadOnlySpan<float> outputs)
    {
        if (_bytes.Length < outputs.Length * sizeof(float))
            _bytes = new byte[outputs.Length * sizeof(float)];
        for (int i = 0; i < outputs.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(_bytes.AsSpan(i * sizeof(float)), outputs[i]);
        _file.Write(_bytes.AsSpan(0, outputs.Length * sizeof(float)));
        _rows += outputs.Length / outputSize;
    }

    public override void Dispose()
    {
        if (!_file.CanWrite)
            return;
        using (_file)
        {
            _file.Position = 0;
            _file.Write(Header());
        }
    }

    private byte[] Header()
    {
        long length = _rows * outputSize * sizeof(float);
        string json = $$$"""{"output":{"dtype":"F32","shape":[{{{_rows}}},1,{{{outputSize}}}],"data_offsets":[0,{{{length}}}]}}""";
        byte[] header = new byte[sizeof(ulong) + HeaderLength];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, HeaderLength);
        Encoding.ASCII.GetBytes(json, header.AsSpan(sizeof(ulong)));
        return header;
    }

    private static FileStream CreateFile(string path)
    {
        FileStream file = OutputFile.Create(path);
        file.Position = sizeof(ulong) + HeaderLength;
        return file;
    }
}
