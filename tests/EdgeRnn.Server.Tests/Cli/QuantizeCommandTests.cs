using System.Text.Json;

namespace EdgeRnn.Server.Tests.Cli;

public sealed class QuantizeCommandTests : IDisposable
{
    private const string Vector = "sru260-l1-in7-h33-k4";
    private const int Matrix = 7 * 33 * 4;

    private readonly CliFiles _files = new();

    [Theory]
    [InlineData("bf16", 2 * Matrix)]
    [InlineData("int8", Matrix + (4 * 33 * 4))]
    public async Task Quantize_WithoutInput_ReportsOnlySizes(string precision, int matrixBytes)
    {
        await ImportAsync();

        JsonElement report = (await QuantizeAsync(precision, "--json")).Json;
        JsonElement inspected = (await CliRun.SucceedAsync("inspect", _files["small"], "--json")).Json;

        Assert.Equal(precision, report.GetProperty("precision").GetString());
        long before = report.GetProperty("original_weight_bytes").GetInt64(), now = report.GetProperty("weight_bytes").GetInt64();
        Assert.Equal((4 * Matrix) - matrixBytes, before - now);
        Assert.True(report.GetProperty("file_bytes").GetInt64() < report.GetProperty("original_file_bytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("error").ValueKind);
        Assert.Equal(precision, inspected.GetProperty("precision").GetString());
        Assert.Equal(now, inspected.GetProperty("weight_bytes").GetInt64());
        Assert.Equal(report.GetProperty("fingerprint").GetString(), inspected.GetProperty("fingerprint").GetString());
    }

    [Theory]
    [InlineData("bf16", 1e-2)]
    [InlineData("int8", 3e-2)]
    public async Task Quantize_WithInput_ReportsErrorAndChangedDecisions(string precision, double bound)
    {
        float[] weights = [.. Enumerable.Range(0, 99).Select(i => MathF.Sin(i))];
        string head = _files.WriteTensor("head.safetensors", "head.weight", [3, 33], weights);
        await ImportAsync("--head", head, "--head-activation", "softmax");
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, 350).Select(_ => random.NextSingle())];
        string frames = _files.WriteTensor("frames.safetensors", "input", [50, 7], values);

        JsonElement error = (await QuantizeAsync(precision, "--input", frames, "--json")).Json.GetProperty("error");

        Assert.Equal(50, error.GetProperty("frames").GetInt64());
        Assert.InRange(error.GetProperty("relative_rms").GetDouble(), 1e-6, bound);
        Assert.InRange(error.GetProperty("largest_error").GetDouble(), 1e-6, bound);
        Assert.InRange(error.GetProperty("changed_decisions").GetInt64(), 0, 5);
    }

    [Fact]
    public async Task Quantize_AsText_ReportsTheErrorOfAModelWithoutHead()
    {
        await ImportAsync();
        CliRun run = await QuantizeAsync("int8", "--input", CliFiles.Vector(Vector, "io.safetensors"));
        Assert.Contains("relative RMS error", run.Output, StringComparison.Ordinal);
        Assert.Contains("none: no head", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_OnTextWithNaN_NamesItsLine()
    {
        await ImportAsync();
        string csv = _files.Write("in.csv", "a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n1,NaN,3,4,5,6,7\n");
        string error = await CliRun.FailAsync(
            1, "quantize", _files["model"], "--to", "bf16", "--output", _files["small"], "--input", csv);
        Assert.Contains("in.csv: line 3, column 2 (frame 1): expected a finite number, found 'NaN'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_UnknownPrecision_IsWrongUse() =>
        Assert.Equal(2, (await CliRun.StartAsync("quantize", _files["model"], "--to", "int4", "--output", _files["small"])).ExitCode);

    [Fact]
    public async Task Quantize_ToAFolderThatIsNotEmpty_Fails()
    {
        await ImportAsync();
        string error = await CliRun.FailAsync(1, "quantize", _files["model"], "--to", "bf16", "--output", _files["model"]);
        Assert.Contains("absent or empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_MissingInput_LeavesNoPackage()
    {
        await ImportAsync();
        await CliRun.FailAsync(1, "quantize", _files["model"], "--to", "bf16", "--output", _files["small"], "--input", _files["none.csv"]);
        Assert.False(Directory.Exists(_files["small"]));
    }

    public void Dispose() => _files.Dispose();

    private Task<CliRun> ImportAsync(params string[] more) => CliRun.SucceedAsync(
    [
        "import", "--config", CliFiles.Vector(Vector, "config.json"), "--weights", CliFiles.Vector(Vector, "weights.safetensors"),
        "--output", _files["model"], .. more,
    ]);

    private Task<CliRun> QuantizeAsync(string precision, params string[] more) =>
        CliRun.SucceedAsync(["quantize", _files["model"], "--to", precision, "--output", _files["small"], .. more]);
}
