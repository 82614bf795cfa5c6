namespace EdgeRnn.Runtime.Tests.Energy;

/// <summary>A temporary folder with the /sys and /proc of a board.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("edgernn-machine-");

    public string Root => _root.FullName;

    /// <summary>Writes a file that ends with a line feed, as in Linux.</summary>
    public FakeMachine With(string path, string text)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
        return this;
    }

    public void Remove(string path) => File.Delete(Path.Combine(Root, path));

    /// <summary>One channel of an INA3221.</summary>
    public FakeMachine WithRail(string monitor, int channel, string label, int millivolts, int milliamperes) => this
        .With($"sys/class/hwmon/{monitor}/name", "ina3221")
        .With($"sys/class/hwmon/{monitor}/in{channel}_label", label)
        .With($"sys/class/hwmon/{monitor}/in{channel}_input", $"{millivolts}")
        .With($"sys/class/hwmon/{monitor}/curr{channel}_input", $"{milliamperes}");

    /// <summary>One zone of RAPL.</summary>
    public FakeMachine WithZone(string zone, string name, long microjoules, long max = 262_143_328_850) => this
        .With($"sys/class/powercap/{zone}/name", name)
        .With($"sys/class/powercap/{zone}/max_energy_range_uj", $"{max}")
        .With($"sys/class/powercap/{zone}/energy_uj", $"{microjoules}");

    public void Dispose() => _root.Delete(recursive: true);
}
