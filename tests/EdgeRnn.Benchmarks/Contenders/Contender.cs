using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>One way to run the layer on blocks of one size.</summary>
/// <param name="kind">The layer.</param>
/// <param name="variant">The library: edgernn, openblas, onednn or torch.</param>
/// <param name="form">Which of the library's ways to compute the layer.</param>
/// <param name="steps">Frames per block.</param>
/// <param name="segments">Blocks of different streams that share one pass.</param>
internal abstract class Contender(LayerKind kind, string variant, string form, int steps, int segments) : ISampled, IDisposable
{
    public LayerKind Kind => kind;
    public string Variant => variant;
    public string Form => form;
    public int Steps => steps;
    public int Segments => segments;

    /// <summary>Frames per pass.</summary>
    public int Frames => steps * segments;

    public abstract double Sample();

    /// <summary>Runs one pass from the problem's states; its outputs, [stream][step][unit].</summary>
    public abstract float[] Outputs();

    public abstract void Dispose();
}
