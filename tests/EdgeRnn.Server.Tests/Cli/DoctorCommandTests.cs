using System.CommandLine;
using System.Text.Json;
using EdgeRnn.Cli;
using EdgeRnn.Cli.Commands;
using EdgeRnn.Cli.Doctor;

namespace EdgeRnn.Server.Tests.Cli;

public sealed class DoctorCommandTests : IDisposable
{
    private const string Lstm = "lstm-l2-in13-h33";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("edgernn-doctor-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Read_OfARaspberryPi_FindsBoardCachesAndGovernor()
    {
        Write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0");
        Write("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 108.00\n");
        Write("proc/meminfo", "MemTotal:        8257512 kB\nMemFree:         7000000 kB\n");
        WriteCache(0, level: 1, "Data", "64K");
        WriteCache(1, level: 1, "Instruction", "64K");
        WriteCache(2, level: 2, "Unified", "512K");
        WriteCache(3, level: 3, "Unified", "2M");
        for (int cpu = 0; cpu < 4; cpu++)
            Write($"sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor", "ondemand\n");
        Write("sys/devices/system/cpu/cpufreq/boost", "0\n");

        var machine = Machine.Read(_root.FullName);

        Assert.Equal("Raspberry Pi 5 Model B Rev 1.0", machine.Board);
        Assert.Null(machine.Processor);
        Assert.Equal(8257512L * 1024, machine.MemoryBytes);
        Assert.Equal([new(1, 64 << 10), new(2, 512 << 10), new(3, 2 << 20)], machine.Caches);
        Assert.Equal(2 << 20, machine.MaxCache);
        Assert.Equal(["ondemand"], machine.Governors);
    }

    [Fact]
    public void Read_OfAJetson_FindsItsRails()
    {
        Write("proc/device-tree/model", "NVIDIA Jetson Orin Nano Developer Kit\0");
        const string Chip = "sys/class/hwmon/hwmon3";
        Write($"{Chip}/name", "ina3221\n");
        Write($"{Chip}/in1_label", "VDD_IN\n");
        Write($"{Chip}/in1_input", "5000\n");
        Write($"{Chip}/curr1_input", "1000\n");

        Assert.NotNull(Machine.Read(_root.FullName).PowerSensor);
    }

    [Fact]
    public void Read_OfAnEmptyRoot_IsNullAndNotZero()
    {
        var machine = Machine.Read(_root.FullName);

        Assert.Equal((null, null, null, null), (machine.Board, machine.Processor, machine.MemoryBytes, machine.PowerSensor));
        Assert.Empty(machine.Caches);
        Assert.Empty(machine.Governors);
        Assert.Equal(0, machine.MaxCache);
    }

    [Theory]
    [InlineData("many", "Unified", "64K")]
    [InlineData("2", "Unified", "large")]
    [InlineData("2", "Unified", "99999999999999999999K")]
    [InlineData("2", null, "64K")]
    public void Read_MalformedCache_IsLeftOut(string level, string? type, string size)
    {
        const string Folder = "sys/devices/system/cpu/cpu0/cache/index0";
        Write($"{Folder}/level", level);
        Write($"{Folder}/size", size);
        if (type is not null)
            Write($"{Folder}/type", type);

        Assert.Empty(Machine.Read(_root.FullName).Caches);
    }

    [Fact]
    public void Of_WeightsLargerThanTheCache_CountsTheStreamsThatTheMemoryFeeds()
    {
        var fit = ModelFit.Of("m", weightBytes: 12_600_000, rateHz: 50, blockSteps: 8, maxCache: 2 << 20, bandwidth: 8e9);

        Assert.Equal((78_750_000, 101, false), (fit.BytesPerSecond, fit.Streams, fit.IsCached));
        Assert.Equal("this model reads 12.6 MB per pass; at 50 Hz and K=8 that is 78.8 MB/s per stream, "
            + "and the memory delivers that for 101 streams, or more if they share passes", fit.ToString());
    }

    [Fact]
    public void ToString_OfAModelThatReadsWeightsPerFrame_SaysSo()
    {
        var fit = ModelFit.Of("m", 800_000, rateHz: 50, blockSteps: 8, maxCache: 2 << 20, bandwidth: 8e9, readsMore: true);

        Assert.Equal("this model reads at least 800.0 kB per pass; at 50 Hz and K=8 that is 5.0 MB/s per stream, and it stays in the cache"
            + "; LSTM and GRU read part of their weights once per frame, whatever K is", fit.ToString());
    }

    [Fact]
    public void Of_WeightsOfHalfTheCache_AreCached()
    {
        Assert.True(ModelFit.Of("m", 1 << 20, 50, 8, maxCache: 2 << 20, 8e9).IsCached);
        Assert.False(ModelFit.Of("m", (1 << 20) + 1, 50, 8, maxCache: 2 << 20, 8e9).IsCached);
    }

    [Fact]
    public void Diagnosis_OfABadlySetUpMachine_NamesEachFault()
    {
        var machine = new Machine("board", "cpu", 1 << 30, [], ["ondemand", "performance"], PowerSensor: null);
        var slow = ModelFit.Of("m", weightBytes: 100_000_000, rateHz: 100, blockSteps: 1, maxCache: 0, bandwidth: 8e9);

        var diagnosis = Diagnosis.Of(machine, "scalar", [8001], slow);

        Assert.Collection(diagnosis.Problems,
            problem => Assert.Contains("port 8001", problem, StringComparison.Ordinal),
            problem => Assert.Contains("weights of m", problem, StringComparison.Ordinal));
        Assert.Collection(diagnosis.Advice,
            advice => Assert.Contains("ondemand", advice, StringComparison.Ordinal),
            advice => Assert.Contains("vector", advice, StringComparison.Ordinal),
            advice => Assert.Contains("power sensor", advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Diagnosis_OfAWellSetUpMachine_IsEmpty()
    {
        var machine = new Machine("board", "cpu", 1 << 30, [], ["performance"], "INA3221");
        var diagnosis = Diagnosis.Of(machine, "v128", [], ModelFit.Of("m", 1000, 50, 1, 1 << 20, 8e9));
        Assert.Empty(diagnosis.Problems);
        Assert.Empty(diagnosis.Advice);
    }

    [Fact]
    public async Task Doctor_WithAPackage_ReportsItsFit()
    {
        Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
        using SamplePackages packages = new SamplePackages().Add("small");
        string package = Path.Combine(packages.Models, "small");
        (int exitCode, string? output, string? error) = await RunAsync(package, "--rate", "25", "--block-steps", "4", "--json");

        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((report.GetProperty("problems").GetArrayLength() == 0 ? 0 : 1, ""), (exitCode, exitCode == 0 ? error : ""));
        Assert.Equal("powersave", report.GetProperty("governors")[0].GetString());
        Assert.InRange(report.GetProperty("bandwidth_bytes_per_second").GetDouble(), 1e6, 1e13);
        JsonElement fit = report.GetProperty("fit");
        Assert.Equal("small", fit.GetProperty("model").GetString());
        Assert.Equal((25.0, 4), (fit.GetProperty("rate_hz").GetDouble(), fit.GetProperty("block_steps").GetInt32()));
        Assert.False(fit.GetProperty("reads_more").GetBoolean());
        Assert.Equal(fit.GetProperty("weight_bytes").GetInt64() * 25 / 4.0, fit.GetProperty("bytes_per_second").GetDouble());
    }

    [Fact]
    public async Task Doctor_WithAnLstm_ReportsThatItReadsMore()
    {
        using var files = new CliFiles();
        await CliRun.SucceedAsync("import", "--config", CliFiles.Vector(Lstm, "config.json"),
            "--weights", CliFiles.Vector(Lstm, "weights.safetensors"), "--output", files["lstm"]);

        string output = (await RunAsync(files["lstm"], "--rate", "25", "--json")).Output;

        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("fit").GetProperty("reads_more").GetBoolean());
    }

    [Theory]
    [InlineData(1, "/nowhere")]
    [InlineData(2, ".", "--rate", "0")]
    [InlineData(2, ".", "--block-steps", "many")]
    public async Task Doctor_WrongUseOrPackage_Fails(int expected, params string[] args) =>
        Assert.Equal(expected, (await RunAsync(args)).ExitCode);

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextReader.Null, output, error, OutputIsTerminal: false, ErrorIsTerminal: false);
        var root = new RootCommand { DoctorCommand.Create(terminal, _root.FullName) };
        int exitCode = await CommandLineHost.InvokeAsync(root, ["doctor", .. args], output, error).Soon();
        return (exitCode, output.ToString(), error.ToString());
    }

    private void WriteCache(int index, int level, string type, string size)
    {
        string folder = $"sys/devices/system/cpu/cpu0/cache/index{index}";
        Write($"{folder}/level", $"{level}\n");
        Write($"{folder}/type", $"{type}\n");
        Write($"{folder}/size", $"{size}\n");
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
