using System.Text;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Tensors;

public sealed class SafetensorsFuzzTests
{
    [Fact]
    public void Open_BytesFlippedOrCutAnywhere_GivesTensorsOrAModelError()
    {
        const int Seed = 977, Rounds = 20000;
        var random = new Random(Seed);
        byte[] whole = Whole();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] file = whole.AsSpan(0, random.Next(4) == 0 ? random.Next(whole.Length) : whole.Length).ToArray();
            for (int flips = random.Next(1, 4); flips > 0 && file.Length > 0; flips--)
            {
                // Mostly the header, where the structure is.
                int at = random.Next(random.Next(8) == 0 ? file.Length : Math.Min(file.Length, 260));
                file[at] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:0123456789-"u8[random.Next(18)];
            }

            try
            {
                using SafetensorsFile tensors = SafetensorsBytes.Open(file);
                foreach (TensorInfo tensor in tensors.Tensors.Where(tensor => tensor.Type is "F32" or "F16" or "BF16" or "F64"))
                    Assert.Equal(tensor.Shape.Aggregate(1L, (a, b) => a * b), tensors.ReadSingles(tensor.Name).Length);
            }
            catch (ModelException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed} round {round}: {e}\n{Encoding.Latin1.GetString(file)}");
            }
        }
    }

    private static byte[] Whole()
    {
        using var stream = new MemoryStream();
        new SafetensorsWriter()
            .Add("a.weight", [3, 5], new float[15])
            .Add("a.bias", "F16", [5], new byte[10])
            .Add("b", "BF16", [2, 1], new byte[4])
            .Add("c", "I64", [1], new byte[8])
            .Add("d", "F64", [2], new byte[16])
            .WriteTo(stream);
        return stream.ToArray();
    }
}
