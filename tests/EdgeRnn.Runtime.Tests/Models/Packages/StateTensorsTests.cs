using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;
using static EdgeRnn.Runtime.Tests.Models.FamilyPackages;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

public sealed class StateTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sru", "state_out [2, 1, 13]")]
    [InlineData("mingru", "state_out [2, 1, 13]")]
    [InlineData("gru", "state_out [2, 1, 13]")]
    [InlineData("lstm", "cell_out [2, 1, 13], state_out [2, 1, 13]")]
    [InlineData("qrnn", "prev_x_out.0 [1, 1, 7], prev_x_out.1 [1, 1, 13], state_out [2, 1, 13]")]
    public void Write_EveryFamily_UsesTheVectorsNamesAndReadsBack(string family, string tensors)
    {
        using RecurrentModel model = Load(family);
        using RecurrentState state = model.CreateState();
        for (int part = 0; part < state.Parts.Count; part++)
        {
            for (int i = 0; i < state.Part(part).Length; i++)
                state.Part(part)[i] = 100 * part + i;
        }

        using SafetensorsFile file = Save(state);
        using RecurrentState read = model.CreateState();
        StateTensors.Read(read, file);

        IEnumerable<string> found = file.Tensors.Select(tensor => $"{tensor.Name} {tensor.ShapeText}");
        Assert.Equal(tensors, string.Join(", ", found));
        Assert.Equal(Streams.Copy(state), Streams.Copy(read));
        Assert.Equal(model.StateBytes, Streams.Copy(state).Length * sizeof(float));
    }

    [Fact]
    public void Read_SeveralSuffixesAndPartsMissing_TakesTheFirstAndZeros()
    {
        using RecurrentModel model = Load("qrnn");
        using RecurrentState state = model.CreateState();
        state.Part(1).Fill(5);
        using SafetensorsFile file = Save(new SafetensorsWriter()
            .Add("state_out", [2, 1, 13], new float[26])
            .Add("state_in", [2, 1, 13], [.. Enumerable.Repeat(3f, 26)]));

        StateTensors.Read(state, file);

        for (int part = 0; part < state.Parts.Count; part++)
            Assert.All(state.Part(part).ToArray(), x => Assert.Equal(state.Parts[part].Name == StatePart.State ? 3 : 0, x));
    }

    [Fact]
    public void Read_NoStateOrAnothersShape_IsRefusedByName()
    {
        using RecurrentModel model = Load("lstm");
        using RecurrentState state = model.CreateState();
        AssertRefused("expected a tensor state_in or state_out or", new SafetensorsWriter().Add("x", [1], [1f]));
        AssertRefused("cell_in: expected shape [2, 1, 13], found [2, 13]", new SafetensorsWriter().Add("cell_in", [2, 13], new float[26]));

        void AssertRefused(string message, SafetensorsWriter writer)
        {
            using SafetensorsFile file = Save(writer);
            ModelException error = Assert.Throws<ModelException>(() => StateTensors.Read(state, file));
            Assert.StartsWith($"{file.Name}: {message}", error.Message, StringComparison.Ordinal);
        }
    }

    private SafetensorsFile Save(RecurrentState state)
    {
        var writer = new SafetensorsWriter();
        StateTensors.Write(state, writer);
        return Save(writer);
    }

    private SafetensorsFile Save(SafetensorsWriter writer)
    {
        writer.Save(_folder["state.safetensors"]);
        return SafetensorsFile.Open(_folder["state.safetensors"]);
    }
}
