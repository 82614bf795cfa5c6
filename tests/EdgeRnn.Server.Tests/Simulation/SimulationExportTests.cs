using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Server.Tests.Simulation;

public sealed class SimulationExportTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Write_ThreeRecordings_StoresThemInOrder()
    {
        SimulationExport.Write(_path, seconds: 1.3, seed: 17, recordings: 3);

        byte[] file = File.ReadAllBytes(_path);
        Assert.Equal([195, 24], Shape(file, "x"));
        Assert.Equal([195], Shape(file, "state"));
        var second = MachineRecording.Simulate(18, 65);
        ReadOnlySpan<float> x = MemoryMarshal.Cast<byte, float>(Values(file, "x"));
        Assert.Equal(second.Frames, x.Slice(65 * 24, 65 * 24).ToArray());
        Assert.Equal(second.States.Select(state => (byte)state), Values(file, "state").AsSpan(65, 65).ToArray());
        Assert.Equal([17UL, 18, 19], MemoryMarshal.Cast<byte, ulong>(Values(file, "seed")).ToArray());
    }

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1e6, 100)]
    [InlineData(1, 0)]
    public void Write_NothingOrTooMuch_ThrowsAndWritesNoFile(double seconds, int recordings)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulationExport.Write(_path, seconds, 1, recordings));
        Assert.False(File.Exists(_path));
    }

    private static JsonElement Header(byte[] file) => JsonDocument.Parse(file.AsMemory(8, HeaderLength(file))).RootElement;

    private static int HeaderLength(byte[] file) => (int)BinaryPrimitives.ReadInt64LittleEndian(file);

    private static int[] Shape(byte[] file, string name) =>
        [.. Header(file).GetProperty(name).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    private static byte[] Values(byte[] file, string name)
    {
        JsonElement offsets = Header(file).GetProperty(name).GetProperty("data_offsets");
        int start = 8 + HeaderLength(file);
        return file[(start + offsets[0].GetInt32())..(start + offsets[1].GetInt32())];
    }
}
