using System.Text.Json;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary><c>import</c> and <c>inspect</c>.</summary>
public sealed class PackageCommandTests : IDisposable
{
    private const string Vector = "sru260-l1-in7-h33-k4";

    private readonly CliFiles _files = new();

    [Fact]
    public async Task Inspect_OfAnImportedVector_ReportsLogicalSizes()
    {
        await ImportAsync(CliFiles.Vector(Vector, "config.json"));

        JsonElement report = (await CliRun.SucceedAsync("inspect", _files["model"], "--json")).Json;

        // 7 x 33 x 4 weights, 2 x 33 in weight_c and bias each.
        const int Parameters = (7 * 33 * 4) + (4 * 33);
        Assert.Equal(Vector, report.GetProperty("name").GetString());
        Assert.Equal("1", report.GetProperty("version").GetString());
        Assert.Equal("sru", report.GetProperty("family").GetString());
        Assert.Equal("fp32", report.GetProperty("precision").GetString());
        Assert.Equal(1, report.GetProperty("layers").GetInt32());
        Assert.InRange(report.GetProperty("parameters").GetInt64(), Parameters, Parameters + 1);
        Assert.Equal(report.GetProperty("parameters").GetInt64() * 4, report.GetProperty("weight_bytes").GetInt64());
        Assert.Equal(33 * 4, report.GetProperty("state_bytes").GetInt64());
    }

    [Fact]
    public async Task Inspect_WithJsonFile_WritesBothJsonAndText()
    {
        await ImportAsync(CliFiles.Vector(Vector, "config.json"));

        CliRun run = await CliRun.SucceedAsync("inspect", _files["model"], "--json", _files["report.json"]);

        Assert.Equal(Vector, JsonDocument.Parse(File.ReadAllText(_files["report.json"])).RootElement.GetProperty("name").GetString());
        Assert.Contains("state bytes per session  132", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfNoPackage_NamesTheMissingFile() =>
        Assert.Contains("model.json", await CliRun.FailAsync(1, "inspect", _files["none"]), StringComparison.Ordinal);

    [Fact]
    public async Task Import_OfAnUnknownOption_NamesIt()
    {
        string config = File.ReadAllText(CliFiles.Vector(Vector, "config.json"))
            .Replace("\"constructor\": {", "\"constructor\": { \"warp\": 9,", StringComparison.Ordinal);

        CliRun run = await CliRun.StartAsync("import", "--config", _files.Write("config.json", config),
            "--weights", CliFiles.Vector(Vector, "weights.safetensors"), "--output", _files["model"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("warp", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_files["model"]));
    }

    [Fact]
    public async Task Import_OfABidirectionalModel_NamesTheReason()
    {
        const string Bidirectional = "sru260-l2-in9-h17-bidir";
        CliRun run = await CliRun.StartAsync("import", "--config", CliFiles.Vector(Bidirectional, "config.json"),
            "--weights", CliFiles.Vector(Bidirectional, "weights.safetensors"), "--output", _files["model"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bidirectional", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_ToAFolderThatIsNotEmpty_Fails()
    {
        await ImportAsync(CliFiles.Vector(Vector, "config.json"));
        Assert.Contains("absent or empty", await CliRun.FailAsync(1, "import", "--config", CliFiles.Vector(Vector, "config.json"),
            "--weights", CliFiles.Vector(Vector, "weights.safetensors"), "--output", _files["model"]), StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private Task<CliRun> ImportAsync(string config) =>
        CliRun.SucceedAsync(
            "import", "--config", config, "--weights", CliFiles.Vector(Vector, "weights.safetensors"), "--output", _files["model"]);
}
