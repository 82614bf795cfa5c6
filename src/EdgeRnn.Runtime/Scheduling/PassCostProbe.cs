using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Measures the cost of a model's passes on this machine. Takes some 20 ms for a small model, a fraction of a second for a large one.
/// </summary>
internal static class PassCostProbe
{
    private const int Repetitions = 5;
    private static readonly TimeSpan TimeBox = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan WorthRepeating = TimeSpan.FromMilliseconds(1);

    // The first two tell the cost of reading the weights and the cost of a further frame; the others refine both while there is time.
    private static readonly int[] Sizes = [1, 16, 64, 4, 256, 2, 8, 32, 128, 512, 1024];

    /// <param name="maxColumns">The most frames in a pass.</param>
    public static PassCost Measure(RecurrentModel model, int maxColumns, TimeProvider time)
    {
        using var probe = new Probe(model, Math.Min(maxColumns, Sizes.Max()), time);
        var measured = new SortedList<int, double>();
        long start = time.GetTimestamp();
        foreach (int columns in Sizes.Where(size => size <= maxColumns))
        {
            if (measured.Count > 1 && time.GetElapsedTime(start) > TimeBox)
                break;
            measured.Add(columns, probe.Run(columns).TotalSeconds);
        }

        return new PassCost(maxColumns, columns => Interpolate(measured, columns));
    }

    /// <summary>Linear between the measured points; beyond them the last line goes on.</summary>
    private static double Interpolate(SortedList<int, double> measured, int columns)
    {
        if (measured.Count == 1)
            return measured.Values[0] * columns;
        int above = 1;
        while (above < measured.Count - 1 && measured.Keys[above] < columns)
            above++;
        (int x0, int x1) = (measured.Keys[above - 1], measured.Keys[above]);
        (double y0, double y1) = (measured.Values[above - 1], measured.Values[above]);
        return y0 + (y1 - y0) * (columns - x0) / (x1 - x0);
    }

    private sealed class Probe(RecurrentModel model, int maxColumns, TimeProvider time) : IDisposable
    {
        private readonly RecurrentState _state = model.CreateState();
        private readonly Workspace _workspace = model.CreateWorkspace(maxColumns);
        private readonly float[] _frames = new float[maxColumns * model.InputSize];
        private readonly float[] _outputs = new float[maxColumns * model.OutputSize];

        /// <summary>The shortest of a few passes, because other work on the machine says nothing about the model.</summary>
        public TimeSpan Run(int columns)
        {
            var segment = new FrameSegment(
                _state, _frames.AsMemory(0, columns * model.InputSize), _outputs.AsMemory(0, columns * model.OutputSize));
            TimeSpan best = TimeSpan.MaxValue;
            for (int i = 0; i < Repetitions; i++)
            {
                long start = time.GetTimestamp();
                model.Run([segment], _workspace);
                TimeSpan taken = time.GetElapsedTime(start);
                if (taken < best)
                    best = taken;
                if (taken > WorthRepeating)
                    break;
            }

            return best;
        }

        public void Dispose()
        {
            _workspace.Dispose();
            _state.Dispose();
        }
    }
}
