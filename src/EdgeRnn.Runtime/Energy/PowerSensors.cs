namespace EdgeRnn.Runtime.Energy;

/// <summary>Finds the power sensor of this machine.</summary>
internal static class PowerSensors
{
    /// <summary>The sensor that covers most of the machine; null if none can be read.</summary>
    /// <param name="root">The folder that contains <c>sys</c> and <c>proc</c>.</param>
    public static PowerSensor? Find(string root = "/") => Find(root, readAdc: null);

    internal static PowerSensor? Find(string root, Func<string?>? readAdc) =>
        HwmonSensors.FindJetsonRails(root) ?? PmicSensor.Find(root, readAdc) ?? RaplSensor.Find(root) ?? HwmonSensors.FindAny(root);
}
