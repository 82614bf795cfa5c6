using EdgeRnn.Runtime.Energy;

namespace EdgeRnn.Runtime.Tests.Energy;

/// <summary>The files of each board are those of its documentation and of dumps.</summary>
public sealed class PowerSensorsTests : IDisposable
{
    private const string Pi5Adc = """
         3V7_WL_SW_A current(0)=0.10000000A
           3V3_SYS_A current(1)=0.20000000A
          VDD_CORE_A current(7)=2.00000000A
         3V7_WL_SW_V volt(8)=3.70000000V
           3V3_SYS_V volt(9)=3.30000000V
          VDD_CORE_V volt(15)=0.90000000V
             EXT5V_V volt(24)=5.10000000V
              BATT_V volt(25)=0.00000000V
        """;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Find_MachineWithoutSensor_IsNull() => Assert.Null(PowerSensors.Find(_machine.Root));

    [Fact]
    public void Find_JetsonOrinNano_TakesTheRailThatFeedsTheOthers()
    {
        _machine.With("sys/class/hwmon/hwmon0/name", "cpu_thermal")
            .WithRail("hwmon1", 1, "VDD_IN", 5_000, 1_500)
            .WithRail("hwmon1", 2, "VDD_CPU_GPU_CV", 5_000, 300)
            .WithRail("hwmon1", 3, "VDD_SOC", 5_000, 200)
            .With("sys/class/hwmon/hwmon1/in7_label", "sum of shunt voltages");
        AssertWatts(7.5, PowerSource.ModuleRails, "VDD_IN");
    }

    [Fact]
    public void Find_JetsonAgxOrin_SumsItsSupplies()
    {
        _machine.WithRail("hwmon3", 1, "VDD_GPU_SOC", 20_000, 200).WithRail("hwmon3", 2, "VDD_CPU_CV", 20_000, 100)
            .WithRail("hwmon3", 3, "VIN_SYS_5V0", 5_000, 600)
            .WithRail("hwmon4", 1, "NC", 5_000, 10).WithRail("hwmon4", 2, "VDDQ_VDD2_1V8AO", 5_000, 100);
        AssertWatts(9, PowerSource.ModuleRails, "VDD_GPU_SOC + VDD_CPU_CV + VIN_SYS_5V0");
    }

    [Fact]
    public void Find_JetsonWithIna238_ReadsItsPower()
    {
        _machine.With("sys/class/hwmon/hwmon2/name", "ina238").With("sys/class/hwmon/hwmon2/label", "VIN")
            .With("sys/class/hwmon/hwmon2/power1_input", "12345000")
            .WithRail("hwmon3", 1, "VDD_GPU", 20_000, 200);
        AssertWatts(12.345, PowerSource.ModuleRails, "VIN");
    }

    [Fact]
    public void Find_RailBelowZeroOrSwitchedOff_CountsAsZero()
    {
        _machine.WithRail("hwmon3", 1, "GPU", 19_000, 24).WithRail("hwmon3", 2, "CV", 19_000, -8).WithRail("hwmon3", 3, "CAM", 5_000, 9)
            .Remove("sys/class/hwmon/hwmon3/curr3_input");
        _machine.With("sys/class/hwmon/hwmon3/curr3_input", "");
        AssertWatts(19 * 0.024, PowerSource.ModuleRails, "GPU + CV");
    }

    [Theory]
    [InlineData("pin", "pout1", 12, "pin")]
    [InlineData("pout1", "pout2", 12 + 10.8, "pout1 + pout2")]
    [InlineData("board", "fan", 12 + 10.8, "board + fan")]
    public void Find_ConverterWithLabels_CountsWhatItTakesIn(string first, string second, double watts, string counted)
    {
        _machine.With("sys/class/hwmon/hwmon0/name", "tps546d24")
            .With("sys/class/hwmon/hwmon0/power1_label", first).With("sys/class/hwmon/hwmon0/power1_input", "12000000")
            .With("sys/class/hwmon/hwmon0/power2_label", second).With("sys/class/hwmon/hwmon0/power2_input", "10800000");
        AssertWatts(watts, PowerSource.Unknown, counted);
    }

    [Fact]
    public void Find_MonitorWhoseNumbersHaveAGap_IsFound()
    {
        _machine.With("sys/class/hwmon/hwmon0/name", "lm25066")
            .With("sys/class/hwmon/hwmon0/power2_label", "pin").With("sys/class/hwmon/hwmon0/power2_input", "8000000");
        AssertWatts(8, PowerSource.Unknown, "pin");
    }

    [Fact]
    public void Find_MonitorThatReadsBelowZero_IsZero()
    {
        _machine.With("sys/class/hwmon/hwmon0/name", "ina226").With("sys/class/hwmon/hwmon0/power1_input", "-250000");
        AssertWatts(0, PowerSource.Unknown, "power1");
    }

    [Fact]
    public void Find_RaspberryPi5_SumsTheRailsThatHaveVoltsAndAmperes()
    {
        _machine.With("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0");
        PowerSensor? sensor = PowerSensors.Find(_machine.Root, () => Pi5Adc);
        Assert.Equal(PowerSource.PmicEstimate, sensor?.Source);
        Assert.Null(sensor!.Consumed(Second));
        Assert.Equal(0.37 + 0.66 + 1.8, sensor.Consumed(Second)!.Value, 1e-9);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("VCHI initialization failed")]
    public void Find_RaspberryPi5WithoutAnswerOfTheCommand_IsNull(string? printed)
    {
        _machine.With("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0");
        Assert.Null(PowerSensors.Find(_machine.Root, () => printed));
    }

    [Fact]
    public void Find_RaspberryPi4_DoesNotAskTheCommand()
    {
        _machine.With("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5\0");
        Assert.Null(PowerSensors.Find(_machine.Root, () => throw new InvalidOperationException("asked")));
    }

    [Fact]
    public void Find_TwoPackages_SumsThemWithoutTheirPartsAndAliases()
    {
        Zones(1_000_000, 5_000_000);
        PowerSensor sensor = Found(PowerSource.Package);
        Assert.Null(sensor.Consumed(Second));
        Zones(3_500_000, 6_000_000);
        Assert.Equal(3.5, sensor.Consumed(Second));

        void Zones(long first, long second) => _machine
            .WithZone("intel-rapl:0", "package-0", first).WithZone("intel-rapl:1", "package-1", second)
            .WithZone("intel-rapl:0:0", "core", 77).WithZone("intel-rapl:2", "psys", 99).WithZone("intel-rapl-mmio:0", "package-0", first);
    }

    [Fact]
    public void Consumed_CounterWraps_CountsOn()
    {
        _machine.WithZone("intel-rapl:0", "package-0", 262_143_000_000);
        PowerSensor sensor = Found(PowerSource.Package);
        sensor.Consumed(Second);
        _machine.WithZone("intel-rapl:0", "package-0", 1_671_149);
        Assert.Equal(2.0, sensor.Consumed(Second)!.Value, 1e-9);
    }

    [Fact]
    public void Find_UnreadableCounter_IsNull()
    {
        _machine.WithZone("intel-rapl:0", "package-0", 1).Remove("sys/class/powercap/intel-rapl:0/energy_uj");
        Assert.Null(PowerSensors.Find(_machine.Root));
    }

    [Fact]
    public void Find_OtherMonitorWithPower_HasUnknownCoverageAndIsNoDevice()
    {
        _machine.With("sys/class/hwmon/hwmon0/name", "amdgpu").With("sys/class/hwmon/hwmon0/power1_input", "90000000")
            .With("sys/class/hwmon/hwmon1/name", "ina226").With("sys/class/hwmon/hwmon1/power1_input", "4200000");
        AssertWatts(4.2, PowerSource.Unknown, "ina226 power1");
    }

    [Fact]
    public void Consumed_ChangingPower_IsItsMeanOverTime()
    {
        _machine.WithRail("hwmon1", 1, "VDD_IN", 5_000, 1_000);
        PowerSensor sensor = Found(PowerSource.ModuleRails);
        sensor.Consumed(TimeSpan.Zero);
        _machine.WithRail("hwmon1", 1, "VDD_IN", 5_000, 3_000);
        Assert.Equal(20.0, sensor.Consumed(2 * Second)!.Value, 1e-9);
    }

    [Fact]
    public void Consumed_SensorFailsForAWhile_IsAbsentAndNeverZero()
    {
        _machine.WithRail("hwmon1", 1, "VDD_IN", 5_000, 1_000);
        PowerSensor sensor = Found(PowerSource.ModuleRails);
        sensor.Consumed(Second);
        _machine.Remove("sys/class/hwmon/hwmon1/curr1_input");
        Assert.Null(sensor.Consumed(Second));
        _machine.WithRail("hwmon1", 1, "VDD_IN", 5_000, 1_000);
        Assert.Null(sensor.Consumed(Second));
        Assert.Equal(5.0, sensor.Consumed(Second)!.Value, 1e-9);
    }

    private PowerSensor Found(PowerSource source)
    {
        PowerSensor? sensor = PowerSensors.Find(_machine.Root);
        Assert.Equal(source, sensor?.Source);
        return sensor!;
    }

    private void AssertWatts(double watts, PowerSource source, string description)
    {
        PowerSensor sensor = Found(source);
        Assert.EndsWith(description, sensor.Description, StringComparison.Ordinal);
        Assert.Equal(watts, Assert.IsAssignableFrom<WattSensor>(sensor).ReadWatts()!.Value, 1e-9);
    }
}
