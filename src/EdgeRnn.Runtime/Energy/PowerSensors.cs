namespace EdgeRnn.Runtime.Energy;

/// <summary>Finds what this machine can say of its power.</summary>
internal static class PowerSensors
{
    /// <summary>The sensor that covers the most of the machine; null where it has none that can be read.</summary>
    /// <param name="root">The folder that holds <c>sys</c> and <c>proc</c>.</param>
    public static PowerSensor? Find(string root = "/") => Find(root, readAdc: null);

    internal static PowerSensor? Find(string root, Func<string?>? readAdc) =>
        HwmonSensors.FindJetsonRails(root) ?? PmicSensor.Find(root, readAdc) ?? RaplSensor.Find(root) ?? HwmonSensors.FindAny(root);
}
