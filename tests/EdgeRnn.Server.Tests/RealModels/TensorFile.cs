using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>
/// A safetensors file, read in the plainest way: by the test itself, so that data and expectations do not pass through the code under test.
/// </summary>
internal sealed class TensorFile
{
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly Dictionary<string, JsonElement> _tensors;

    public TensorFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(_bytes));
        _start = sizeof(long) + headerLength;
        _tensors = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(_bytes.AsSpan(sizeof(long), headerLength))!;
    }

    public IEnumerable<string> Names => _tensors.Keys;

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public float[] Singles(string name) => Values<float>(name, "F32");

    public double[] Doubles(string name) => Values<double>(name, "F64");

    public byte[] Bytes(string name) => Values<byte>(name, "U8");

    private T[] Values<T>(string name, string type) where T : struct
    {
        JsonElement tensor = _tensors[name];
        Assert.Equal(type, tensor.GetProperty("dtype").GetString());
        JsonElement offsets = tensor.GetProperty("data_offsets");
        int from = offsets[0].GetInt32(), to = offsets[1].GetInt32();
        return MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_start + from, to - from)).ToArray();
    }
}
