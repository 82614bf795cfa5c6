using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

/// <summary>The model that is served if there are no packages.</summary>
public sealed class EmbeddedModelTests
{
    [Theory]
    [InlineData("absent", "none")]
    [InlineData("empty", "an empty folder")]
    public void Load_FolderAbsentOrEmpty_IsRefusedUnlessTheEmbeddedModelMayStandIn(string name, string found)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);
        var logger = new ListLogger();

        ModelException refusal = Assert.Throws<ModelException>(() => ModelRepository.Load(folder[name], KernelSets.Any).Dispose());
        using var repository = ModelRepository.Load(folder[name], KernelSets.Any, logger, embeddedIfEmpty: true);

        Assert.Equal($"{folder[name]}: expected a folder of model packages, found {found}", refusal.Message);
        Assert.Equal("machine-vibration", Assert.Single(repository.Models).Name);
        Assert.Contains("Warning", Assert.Single(logger.Lines, line => line.Contains("THE EMBEDDED", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Load_WithoutAFolder_ServesTheEmbeddedModel(string? name)
    {
        using var repository = ModelRepository.Load(name, KernelSets.Any);

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
