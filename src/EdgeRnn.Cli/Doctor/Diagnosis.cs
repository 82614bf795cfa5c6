namespace EdgeRnn.Cli.Doctor;

/// <summary>What there is to say about a machine, and about a model on it.</summary>
/// <param name="Problems">What keeps the server, or the model, from working here.</param>
/// <param name="Advice">What would make it work better.</param>
internal sealed record Diagnosis(IReadOnlyList<string> Problems, IReadOnlyList<string> Advice)
{
    /// <param name="kernels">The kernels in use.</param>
    /// <param name="takenPorts">Ports of the server's that something else listens on.</param>
    /// <param name="fit">Null without a model.</param>
    public static Diagnosis Of(Machine machine, string kernels, IReadOnlyList<int> takenPorts, ModelFit? fit)
    {
        List<string> problems = [.. takenPorts.Select(port =>
            $"port {port} is in use, by a server that runs already or by something else: "
            + "edgernn serve --grpc-port N --http-port N takes others")];
        List<string> advice = [];
        if (fit is { Streams: 0 })
        {
            problems.Add($"the memory does not deliver the weights of {fit.Model} fast enough for one stream: "
                + "use larger blocks, or edgernn quantize");
        }
        else if (fit is { IsCached: false, BlockSteps: 1 })
        {
            advice.Add("with K=1 the weights are read for every single frame: a larger --block-steps reads them once per block");
        }

        if (machine.Governors.Any(governor => governor != "performance"))
        {
            advice.Add($"the frequency governor is {string.Join(", ", machine.Governors)}: the clock is still low when a block arrives; "
                + "as root: echo performance | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
        }

        if (kernels == "scalar")
            advice.Add("no vector instructions are used: see EDGERNN_KERNELS");
        if (machine.PowerSensor is null)
            advice.Add("no power sensor was found, or it may not be read: there will be no energy metrics");
        return new Diagnosis(problems, advice);
    }
}
