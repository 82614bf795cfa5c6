using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

public sealed class ModelRepositoryTests
{
    [Fact]
    public void Load_FolderOfPackages_ServesEachByItsName()
    {
        using var folder = new TemporaryFolder();
        new TestPackage("beta").WriteTo(folder["1"]);
        new TestPackage("alpha").WriteTo(folder["2"]);
        Directory.CreateDirectory(folder["notes"]);
        File.WriteAllText(folder["README.md"], "text");

        using var repository = ModelRepository.Load(folder.Path, KernelSets.Any);

        Assert.Equal(["alpha", "beta"], repository.Models.Select(model => model.Name));
        Assert.True(repository.TryGet("beta", out RecurrentModel? beta));
        Assert.Equal("beta", beta.Name);
        Assert.False(repository.TryGet("Beta", out _));
    }

    [Fact]
    public void Load_FolderThatIsAPackage_ServesIt()
    {
        using var folder = new TemporaryFolder();
        new TestPackage("own").WriteTo(folder.Path);

        using var repository = ModelRepository.Load(folder.Path, KernelSets.Any);

        Assert.Equal("own", Assert.Single(repository.Models).Name);
    }

    [Fact]
    public void Load_UnfinishedPackage_IsNotServed()
    {
        using var folder = new TemporaryFolder();
        new TestPackage("done").WriteTo(folder["done"]);
        new TestPackage("done").WriteTo(folder[".unfinished-1"]);

        using var repository = ModelRepository.Load(folder.Path, KernelSets.Any);

        Assert.Equal("done", Assert.Single(repository.Models).Name);
    }

    [Fact]
    public void Load_SameNameTwice_ServesTheFirstAndNamesTheOther()
    {
        using var folder = new TemporaryFolder();
        new TestPackage("same").WriteTo(folder["1"]);
        new TestPackage("same").WriteTo(folder["2"]);
        var logger = new ListLogger();

        using var repository = ModelRepository.Load(folder.Path, KernelSets.Any, logger);

        Assert.Equal(["2"], repository.Failures);
        Assert.Contains(logger.Lines, line => line.EndsWith(
            $"{folder["2"]}: name: expected a name that no other package has, found \"same\" again", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_FolderWithoutPackages_NamesWhatIsExpected()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["weights.safetensors"], "");

        AssertRefused(folder.Path, $"{folder.Path}: expected model.json in it or in a folder in it, found neither");
    }

    [Fact]
    public void Load_BrokenPackages_AreNamedAndTheOthersServed()
    {
        using var folder = new TemporaryFolder();
        new TestPackage("good").WriteTo(folder["good"]);
        new TestPackage("bad").Set("layers.count", 3).WriteTo(folder["bad"]);
        Directory.CreateDirectory(folder["half"]);
        File.WriteAllText(Path.Combine(folder["half"], "weights.safetensors"), "");
        var logger = new ListLogger();
        List<PackageLoad> loads = [];

        using var repository = ModelRepository.Load(folder.Path, KernelSets.Any, logger, loads.Add);

        Assert.Equal("good", Assert.Single(repository.Models).Name);
        Assert.Equal(["bad", "half"], repository.Failures);
        Assert.Equal([new("bad", false), new("good", true), new("half", false)], loads);
        Assert.Contains(logger.Lines, line => line.StartsWith("Error: Package bad is not served", StringComparison.Ordinal)
            && line.Contains("expected a tensor rnn_lst.2.bias", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_OnlyBrokenPackages_IsAnError()
    {
        using var folder = new TemporaryFolder();
        new TestPackage("bad").Set("layers.count", 3).WriteTo(folder["bad"]);
        string message = $"{Path.Combine(folder["bad"], "weights.safetensors")}: expected a tensor rnn_lst.2.bias";
        AssertRefused(folder.Path, message);
        new TestPackage("worse").Set("layers.count", 3).WriteTo(folder["worse"]);
        AssertRefused(folder.Path, $"{folder.Path}: none of its 2 packages can be used; {message}");
    }

    [Fact]
    public void Load_File_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["models"], "");

        AssertRefused(folder["models"], $"{folder["models"]}: expected a folder of model packages, found a file");
    }

    private static void AssertRefused(string directory, string message)
    {
        ModelException error = Assert.Throws<ModelException>(() => ModelRepository.Load(directory, KernelSets.Any).Dispose());
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
