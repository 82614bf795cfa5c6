namespace EdgeRnn.Cli.Doctor;

/// <summary>Problems of a machine, and of a model on it, with advice.</summary>
/// <param name="Problems">What keeps the server or the model from working on this machine.</param>
/// <param name="Advice">What would make them work better.</param>
internal sealed record Diagnosis(IReadOnlyList<string> Problems, IReadOnlyList<string> Advice)
{
    /// <param name="kernels">The kernels in use.</param>
    /// <param name="takenPorts">The server's ports that are in use.</param>
    /// <param name="fit">Null without a model.</param>
    public static Diagnosis Of(Machine machine, string kernels, IReadOnlyList<int> takenPorts, ModelFit? fit)
    {
        List<string> problems = [.. takenPorts.Select(port =>
            $"port {port} is in use, by a running server or another program: "
            + "choose others with edgernn serve --grpc-port N --http-port N")];
        List<string> advice = [];
        if (fit is { Streams: 0 })
        {
            problems.Add($"the memory does not deliver the weights of {fit.Model} fast enough for one stream: "
                + "use larger blocks, or edgernn quantize");
        }
        else if (fit is { IsCached: false, BlockSteps: 1 })
        {
            advice.Add("with K=1 every frame reads the weights: a larger --block-steps reads them once per block");
        }

        if (machine.Governors.Any(governor => governor != "performance"))
        {
            advice.Add($"the frequency governor is {string.Join(", ", machine.Governors)}: the clock is still low when a block arrives; "
                + "as root: echo performance | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
        }

        if (kernels == "scalar")
            advice.Add("no vector instructions are used: see EDGERNN_KERNELS");
        if (machine.PowerSensor is null)
            advice.Add("no readable power sensor was found: there will be no energy metrics");
        return new Diagnosis(problems, advice);
    }
}
