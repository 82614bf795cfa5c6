using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Benchmarks.Reports;

namespace EdgeRnn.Benchmarks;

/// <summary>Runs the layers benchmark and reports.</summary>
internal static class LayersCommand
{
    /// <returns>0, or 1 if a result is wrong or the calibration is too weak to judge by.</returns>
    public static int Run(LayersOptions options, bool jsonToOutput, string? jsonFile, string? plotFile)
    {
        PeerEnvironment.RemovePresets();
        TextWriter text = jsonToOutput ? Console.Error : Console.Out;
        var report = new LayersReport(text, options);
        var layers = new List<LayerResult>();
        report.WriteHeader();
        foreach (CacheMode mode in options.Modes)
        {
            foreach (int hidden in options.Hidden)
            {
                LayerResult layer = LayersBenchmark.Run(options, hidden, mode);
                layers.Add(layer);
                report.Write(layer);
            }
        }
        report.WriteGoals(layers);
        if (jsonToOutput) Console.Out.WriteLine(LayerJson.Serialise(layers, options));
        if (jsonFile is not null) File.WriteAllText(jsonFile, LayerJson.Serialise(layers, options) + "\n");
        if (plotFile is not null) File.WriteAllText(plotFile, LayersPlot.Draw(layers));
        return report.WriteFailures(layers) ? 1 : 0;
    }
}
