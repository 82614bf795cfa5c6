using EdgeRnn.Cli.Output;

namespace EdgeRnn.Cli.Running;

/// <summary>The JSON report of <c>edgernn run</c>.</summary>
/// <param name="Frames">Frames computed.</param>
/// <param name="Blocks">Blocks computed.</param>
/// <param name="WeightPasses">Weight passes.</param>
/// <param name="BlockSteps">Frames per block, used cyclically.</param>
/// <param name="BlocksBySteps">Number of blocks by their number of frames.</param>
/// <param name="Seconds">Elapsed time, including reading and writing.</param>
internal sealed record RunReport(
    string Model, long Frames, long Blocks, long WeightPasses,
    IReadOnlyList<int> BlockSteps, IReadOnlyDictionary<int, long> BlocksBySteps, double Seconds)
{
    /// <summary>Lines of the input that were skipped or filled.</summary>
    public long BadLines { get; init; }

    /// <summary>How the outputs differ from those of <c>--expect</c>; null without.</summary>
    public OutputError? Error { get; init; }

    /// <summary>Writes the report as text.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant($"{Model}: {Frames} frames in {Blocks} blocks and {WeightPasses} weight passes, {Seconds:0.000} s"));
        if (Error is not { } error)
            return;
        string changed = error.ChangedDecisions is { } count ? $"{count} of {error.Frames}" : "none: no head";
        TextTable.WritePairs(output,
        [
            ("largest error", FormattableString.Invariant($"{error.MaxError:0.0e+0} at frame {error.WorstFrame}")),
            ("RMS error", FormattableString.Invariant($"{error.Rms:0.0e+0}")),
            ("relative RMS error", FormattableString.Invariant($"{error.RelativeRms:0.0e+0}")),
            ("changed decisions", changed),
        ]);
    }
}
