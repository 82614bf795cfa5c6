using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

/// <summary>The model that is served if there are no packages.</summary>
public sealed class EmbeddedModelTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("absent")]
    [InlineData("empty")]
    public void Load_FolderAbsentOrEmpty_ServesTheEmbeddedModel(string? name)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);

        using var repository = ModelRepository.Load(string.IsNullOrEmpty(name) ? name : folder[name], KernelSets.Any);

        Assert.Equal("machine-vibration", Assert.Single(repository.Models).Name);
    }

    [Fact]
    public void LoadEmbedded_AtEveryWidth_GivesOneProbabilityPerLabel()
    {
        foreach (KernelSet kernels in KernelSet.Available)
        {
            using RecurrentModel model = ModelLoader.LoadEmbedded(kernels);
            float[] output = Streams.Run(model, new float[3 * model.InputSize], null, 2).Output;

            Assert.Equal(model.Labels.Count, model.OutputSize);
            Assert.All(output.Chunk(model.OutputSize), row => Assert.Equal(1, row.Sum(), 1e-5));
        }
    }
}
