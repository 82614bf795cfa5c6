using System.Text.Json;
using EdgeRnn.Runtime.Models.Tensors;
using EdgeRnn.Server.Tests.Cli.Input;

namespace EdgeRnn.Server.Tests.Cli;

public sealed class RunCommandTests : IDisposable
{
    private readonly CliFiles _files = new();
    private readonly SamplePackages _packages = new SamplePackages().Add("small");

    public static TheoryData<string> Vectors =>
    [
        "sru260-l2-in7-h33-proj16-firstlayer-unprojected",
        "sru260-l1-in100-h7-hb1-rescale-c0",
        "sru200-l2-in26-h26-lnlst",
        "sru260-l2-in13-h48-noskip-tanh-lnpre",
        "qrnn-w2-fo-l2-in33-h33-h0-prevx-zoneout",
        "lstm-l2-in13-h33",
        "gru-l2-in13-h33",
    ];

    private string Package => Path.Combine(_packages.Models, "small");

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task Run_OnReferenceVector_MatchesUpstreamWithTheSameBytesAtAnyBlockSteps(string vector)
    {
        await CliRun.SucceedAsync("import", "--config", CliFiles.Vector(vector, "config.json"),
            "--weights", CliFiles.Vector(vector, "weights.safetensors"), "--output", _files["model"]);
        string io = CliFiles.Vector(vector, "io.safetensors");
        string[] stateIn = HasStateIn(io) ? ["--state-in", io] : [];
        string[] cuts = ["1", "16", "128", "1,3,8", "7,2", "5,1,1,31"];
        for (int i = 0; i < cuts.Length; i++)
        {
            await CliRun.SucceedAsync(["run", "--model", _files["model"], "--input", io, .. stateIn, "--block-steps", cuts[i],
                "--output", _files[$"out{i}"], "--state-out", _files[$"state{i}"]]);
            foreach (string file in (string[])["out", "state"])
            {
                bool same = _files.Bytes($"{file}0").AsSpan().SequenceEqual(_files.Bytes($"{file}{i}"));
                Assert.True(same, $"--block-steps {cuts[i]}: expected the {file} of --block-steps {cuts[0]}, found other bytes");
            }
        }

        double tolerance = Tolerance(vector);
        AssertClose(io, "output_f64", _files.ReadTensor("out0", "output"), tolerance);
        foreach (string name in StateNames(_files["state0"]))
            AssertClose(io, name.Replace("_out", "_out_f64", StringComparison.Ordinal), _files.ReadTensor("state0", name), tolerance);
    }

    [Fact]
    public async Task Run_WithStepsUsedCyclically_ReportsBlocksAndPasses()
    {
        string input = _files.WriteTensor("in.safetensors", "input", [31, SamplePackages.Inputs], SamplePackages.Frames(31, seed: 1));

        JsonElement report = (await RunAsync(input, "--block-steps", "1,3,8", "--json")).Json;

        // 1 + 3 + 8 + 1 + 3 + 8 + 1 + 3, and 3 of 8 are left.
        Assert.Equal(31, report.GetProperty("frames").GetInt64());
        Assert.Equal(9, report.GetProperty("blocks").GetInt64());
        Assert.Equal(9, report.GetProperty("weight_passes").GetInt64());
        Assert.Equal("[1,3,8]", Compact(report.GetProperty("block_steps")));
        Assert.Equal("""{"1":3,"3":4,"8":2}""", Compact(report.GetProperty("blocks_by_steps")));
        Assert.True(report.GetProperty("seconds").GetDouble() > 0);
    }

    [Fact]
    public async Task Run_InTwoPartsWithTheStateBetween_GivesTheBytesOfTheWhole()
    {
        float[] frames = SamplePackages.Frames(29, seed: 2);
        const int Cut = 11 * SamplePackages.Inputs;
        string whole = _files.WriteTensor("whole.safetensors", "input", [29, 1, SamplePackages.Inputs], frames);
        string first = _files.WriteTensor("first.safetensors", "input", [11, 1, SamplePackages.Inputs], frames[..Cut]);
        string second = _files.WriteTensor("second.safetensors", "input", [18, 1, SamplePackages.Inputs], frames[Cut..]);

        await RunAsync(whole, "--output", _files["out"], "--state-out", _files["end"]);
        await RunAsync(first, "--output", _files["out1"], "--state-out", _files["middle"]);
        await RunAsync(second, "--state-in", _files["middle"], "--output", _files["out2"], "--state-out", _files["end2"]);

        float[] parts = [.. _files.ReadTensor("out1", "output").Values, .. _files.ReadTensor("out2", "output").Values];
        Bits.AssertEqual(_files.ReadTensor("out", "output").Values, parts);
        Assert.Equal(_files.Bytes("end"), _files.Bytes("end2"));
        Assert.Equal([2, 1, SamplePackages.Units], _files.ReadTensor("end", "state_out").Shape);
        Assert.Equal([29, 1, SamplePackages.Units], _files.ReadTensor("out", "output").Shape);
    }

    [Fact]
    public async Task Run_WithNarrowRows_JoinsThemAndWarnsOfADroppedTail()
    {
        float[] frames = SamplePackages.Frames(4, seed: 3);
        string rows = _files.WriteTensor("rows.safetensors", "samples", [30, 1], [.. frames, 1, 2]);
        string whole = _files.WriteTensor("whole.safetensors", "samples", [4, SamplePackages.Inputs], frames);

        CliRun regrouped = await CliRun.StartAsync(
            "run", "--model", Package, "--input", rows, "--tensor", "samples", "--output", _files["out1"]);
        await RunAsync(whole, "--output", _files["out2"]);

        Assert.Equal(0, regrouped.ExitCode);
        Assert.Contains("warning: ", regrouped.Error, StringComparison.Ordinal);
        Assert.Contains("dropped the last 2 of 30 rows, because a frame takes 7", regrouped.Error, StringComparison.Ordinal);
        Assert.Equal(_files.Bytes("out2"), _files.Bytes("out1"));
    }

    [Fact]
    public async Task Run_OnCsv_GivesTheBytesOfTheSameTensor()
    {
        float[] frames = SamplePackages.Frames(5, seed: 4);
        string tensor = _files.WriteTensor("in.safetensors", "input", [5, SamplePackages.Inputs], frames);
        string csv = _files.Write("in.csv", CliFiles.Csv(frames, SamplePackages.Inputs));

        await RunAsync(tensor, "--output", _files["out1"]);
        await RunAsync(csv, "--output", _files["out2"]);

        Assert.Equal(_files.Bytes("out1"), _files.Bytes("out2"));
    }

    [Fact]
    public async Task Run_OnNpyOrCsvWithTime_GivesTheBytesOfTheSameTensor()
    {
        float[] frames = SamplePackages.Frames(5, seed: 4);
        string tensor = _files.WriteTensor("in.safetensors", "input", [5, SamplePackages.Inputs], frames);
        string npy = _files["in.npy"];
        File.WriteAllBytes(npy, NpyBytes.Of<float>("<f4", $"(5, {SamplePackages.Inputs})", frames));

        await RunAsync(tensor, "--output", _files["out1"]);
        await RunAsync(npy, "--output", _files["out2"]);
        await RunAsync(tensor, "--output", _files["out.csv"]);

        Assert.Equal(_files.Bytes("out1"), _files.Bytes("out2"));
        Assert.StartsWith("frame,out0,", await File.ReadAllTextAsync(_files["out.csv"]), StringComparison.Ordinal);
        Assert.Contains("expected a file .csv or .safetensors, found", await CliRun.FailAsync(
            2, "run", "--model", Package, "--input", tensor, "--output", _files["out.npy"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithExpectedOutputs_TellsTheErrorAndFailsBeyondTheTolerance()
    {
        float[] frames = SamplePackages.Frames(13, seed: 6);
        string input = _files.WriteTensor("in.safetensors", "input", [13, SamplePackages.Inputs], frames);
        await RunAsync(input, "--output", _files["out.safetensors"]);
        (long[] shape, float[] values) = _files.ReadTensor("out.safetensors", "output");
        values[5 * SamplePackages.Units + 2] += 0.25f;
        string changed = _files.WriteTensor("changed.safetensors", "logits", shape, values);

        JsonElement same = (await RunAsync(input, "--expect", _files["out.safetensors"], "--tolerance", "0", "--json")).Json.GetProperty("error");
        CliRun other = await CliRun.StartAsync("run", "--model", Package, "--input", input, "--expect", changed, "--tolerance", "0.2");
        CliRun allowed = await RunAsync(input, "--expect", changed, "--expect-tensor", "logits", "--tolerance", "0.3");

        Assert.Equal((0.0, 13), (same.GetProperty("largest_error").GetDouble(), same.GetProperty("frames").GetInt64()));
        Assert.Equal((1, "edgernn: --expect: expected a largest error of at most 0.2, found 0.25 at frame 5\n"), (other.ExitCode, other.Error));
        Assert.Contains("2.5e-1 at frame 5", other.Output, StringComparison.Ordinal);
        Assert.Contains("RMS error", allowed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, "found 12 and more frames")]
    [InlineData(14, "for each of the 13 frames, found more rows")]
    public async Task Run_WithExpectedOutputsOfOtherLength_Fails(int rows, string expected)
    {
        string input = _files.WriteTensor("in.safetensors", "input", [13, SamplePackages.Inputs], SamplePackages.Frames(13, seed: 6));
        string outputs = _files.WriteTensor("out.safetensors", "output", [rows, SamplePackages.Units], new float[rows * SamplePackages.Units]);
        Assert.Contains(
            expected, await CliRun.FailAsync(1, "run", "--model", Package, "--input", input, "--expect", outputs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithToleranceAlone_IsWrongUse() => await CliRun.FailAsync(
        2, "run", "--model", Package, "--input", "x.safetensors", "--tolerance", "1");

    [Theory]
    [InlineData("[3, 8]", 3, 8)]
    [InlineData("[3, 1, 8]", 3, 1, 8)]
    [InlineData("[24]", 24)]
    [InlineData("[3, 2, 4]", 3, 2, 4)]
    public async Task Run_OnTensorOfAnotherShape_NamesBothShapes(string found, params int[] shape)
    {
        string input = _files.WriteTensor("in.safetensors", "input", [.. shape.Select(length => (long)length)], new float[24]);
        string error = await CliRun.FailAsync(1, "run", "--model", Package, "--input", input);
        string expected = $"tensor input: expected the shape [T, 7], [T, 1, 7] or [T, n] with n a divisor of 7, found {found}";
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnAnInfiniteFrame_NamesIt()
    {
        float[] frames = SamplePackages.Frames(9, seed: 5);
        frames[(8 * SamplePackages.Inputs) + 3] = float.PositiveInfinity;
        string input = _files.WriteTensor("in.safetensors", "input", [9, SamplePackages.Inputs], frames);
        string error = await CliRun.FailAsync(1, "run", "--model", Package, "--input", input, "--block-steps", "2,3");
        Assert.Contains("expected finite values, found Infinity at frame 8, value 3", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnTextWithAnInfiniteNumber_NamesItsLine()
    {
        string csv = _files.Write("in.csv", "a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n1,2,1e99,4,5,6,7\n");
        string error = await CliRun.FailAsync(1, "run", "--model", Package, "--input", csv);
        Assert.Contains("in.csv: line 3, column 3 (frame 1): expected a finite number, found '1e99'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAStateOfAnotherShape_NamesBothShapes()
    {
        string input = _files.WriteTensor("in.safetensors", "input", [1, SamplePackages.Inputs], SamplePackages.Frames(1, seed: 6));
        string state = _files.WriteTensor("state.safetensors", "state_in", [1, 1, SamplePackages.Units], new float[SamplePackages.Units]);
        Assert.Contains("state_in: expected shape [2, 1, 13], found [1, 1, 13]",
            await CliRun.FailAsync(1, "run", "--model", Package, "--input", input, "--state-in", state), StringComparison.Ordinal);
        Assert.Contains("expected a tensor state_in or state_out or",
            await CliRun.FailAsync(1, "run", "--model", Package, "--input", input, "--state-in", input), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutAPackage_SaysSo()
    {
        string error = await CliRun.FailAsync(1, "run", "--model", _files["none"], "--input", "x");
        Assert.Contains("expected a model package, a folder with model.json", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _files.Dispose();
        _packages.Dispose();
    }

    private Task<CliRun> RunAsync(string input, params string[] options) =>
        CliRun.SucceedAsync(["run", "--model", Package, "--input", input, .. options]);

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);

    private static string[] StateNames(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return [.. file.Tensors.Select(tensor => tensor.Name)];
    }

    private static bool HasStateIn(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Contains("state_in");
    }

    private static double Tolerance(string vector) => 1e-6 + (4 * JsonDocument
        .Parse(File.ReadAllText(CliFiles.Vector(vector, "config.json"))).RootElement.GetProperty("f32_vs_f64_max_abs").GetDouble());

    private static void AssertClose(string io, string name, (long[] Shape, float[] Values) found, double tolerance)
    {
        using var file = SafetensorsFile.Open(io);
        Assert.Equal(file[name].Shape, found.Shape);
        // Rounding the expected values to float32 moves them by less than the tolerance's constant part.
        float[] expected = file.ReadSingles(name);
        double worst = expected.Zip(found.Values, (e, f) => Math.Abs((double)e - f)).Max();
        Assert.True(worst <= tolerance, $"{name}: expected within {tolerance}, found {worst}");
    }
}
