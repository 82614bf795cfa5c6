using EdgeRnn.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace EdgeRnn.Server.Tests.Server;

public sealed class MachineSettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    private string Machine => Path.Combine(_folder.FullName, "machine.json");

    [Fact]
    public void AddTo_FileOfTheMachine_IsBetweenProgramAndEnvironment()
    {
        File.WriteAllText(Machine, """{ "a": "machine", "b": "machine", "c": "machine" } // comments are allowed""");
        ConfigurationManager configuration = Configuration("""{ "a": "program", "d": "program" }""", new() { ["b"] = "environment" });

        MachineSettings.AddTo(configuration, Machine);

        Assert.Equal(
            "machine, environment, machine, program",
            string.Join(", ", configuration["a"], configuration["b"], configuration["c"], configuration["d"]));
    }

    [Fact]
    public void AddTo_NoSuchFile_ChangesNothing()
    {
        ConfigurationManager configuration = Configuration("{}", []);
        int sources = ((IConfigurationBuilder)configuration).Sources.Count;

        MachineSettings.AddTo(configuration, Machine);

        Assert.Equal(sources, ((IConfigurationBuilder)configuration).Sources.Count);
    }

    [Fact]
    public void AddTo_BrokenFile_NamesFileAndLine()
    {
        File.WriteAllText(Machine, "{\n  \"EdgeRnn\": {,}\n}");

        ServerStartException refused = Assert.Throws<ServerStartException>(() => MachineSettings.AddTo(Configuration("{}", []), Machine));

        Assert.StartsWith($"{Machine}, line 2: ',' is an invalid start", refused.Message, StringComparison.Ordinal);
    }

    private ConfigurationManager Configuration(string program, Dictionary<string, string?> environment)
    {
        string file = Path.Combine(_folder.FullName, "program.json");
        File.WriteAllText(file, program);
        var configuration = new ConfigurationManager();
        configuration.AddJsonFile(file);
        configuration.AddInMemoryCollection(environment);
        return configuration;
    }
}
