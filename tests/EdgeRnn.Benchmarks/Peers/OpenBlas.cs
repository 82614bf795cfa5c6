using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>OpenBLAS through its C interface (Debian: libopenblas0).</summary>
internal sealed unsafe partial class OpenBlas : IPeer
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101, AsIs = 111, Transposed = 112;

    // For more frames, reading the weights once per frame cannot pay off.
    private const int MaxVectorFrames = 2;

    private readonly SruPeerProblem _problem;
    private readonly CacheMode _mode;
    private readonly WeightCopies<HugeMemory> _byGate, _byInput;

    private OpenBlas(SruPeerProblem problem, CacheMode mode)
    {
        _problem = problem;
        _mode = mode;
        SetThreads(1);
        long bytes = problem.Weights.Length * (long)sizeof(float);
        _byGate = new(mode, bytes, () => HugeMemory.Of(problem.Weights));
        float[] transposed = Transpose(problem.Weights, problem.Hidden);
        _byInput = new(mode, bytes, () => HugeMemory.Of(transposed));
    }

    public string Description => $"{Marshal.PtrToStringUTF8(Configuration())}, core {Marshal.PtrToStringUTF8(CoreName())}";

    /// <summary>The peer, or null if it is not installed.</summary>
    public static OpenBlas? Create(SruPeerProblem problem, CacheMode mode) =>
        NativeLibrary.TryLoad(Library, typeof(OpenBlas).Assembly, null, out _) ? new(problem, mode) : null;

    public IEnumerable<Contender> Contenders(int steps, int segments)
    {
        List<Contender> forms =
        [
            new Form(this, "gemm, weights by gate", MultiplyByGate, steps, segments),
            new Form(this, "gemm, weights by input", MultiplyByInput, steps, segments),
        ];
        if (steps * segments > MaxVectorFrames)
            return forms;
        forms.Add(new Form(this, "gemv, weights by gate", MultiplyVectorsByGate, steps, segments));
        forms.Add(new Form(this, "gemv, weights by input", MultiplyVectorsByInput, steps, segments));
        return forms;
    }

    public void Dispose()
    {
        _byGate.Dispose();
        _byInput.Dispose();
    }

    private int Sums => SruPeerProblem.Gates * _problem.Hidden;

    private void MultiplyByGate(int frames, float* inputs, float* sums)
    {
        int d = _problem.Hidden;
        Sgemm(RowMajor, AsIs, Transposed, frames, Sums, d, 1, inputs, d, _byGate.Next().Pointer, d, 0, sums, Sums);
    }

    private void MultiplyByInput(int frames, float* inputs, float* sums)
    {
        int d = _problem.Hidden;
        Sgemm(RowMajor, AsIs, AsIs, frames, Sums, d, 1, inputs, d, _byInput.Next().Pointer, Sums, 0, sums, Sums);
    }

    private void MultiplyVectorsByGate(int frames, float* inputs, float* sums)
    {
        int d = _problem.Hidden;
        float* weights = _byGate.Next().Pointer;
        for (int frame = 0; frame < frames; frame++)
            Sgemv(RowMajor, AsIs, Sums, d, 1, weights, d, inputs + frame * d, 1, 0, sums + frame * Sums, 1);
    }

    private void MultiplyVectorsByInput(int frames, float* inputs, float* sums)
    {
        int d = _problem.Hidden;
        float* weights = _byInput.Next().Pointer;
        for (int frame = 0; frame < frames; frame++)
            Sgemv(RowMajor, Transposed, d, Sums, 1, weights, Sums, inputs + frame * d, 1, 0, sums + frame * Sums, 1);
    }

    private static float[] Transpose(float[] rows, int columns)
    {
        int count = rows.Length / columns;
        float[] transposed = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            transposed[i % columns * count + i / columns] = rows[i];
        return transposed;
    }

    private delegate void Product(int frames, float* inputs, float* sums);

    private sealed class Form(OpenBlas peer, string form, Product product, int steps, int segments)
        : ProductContender("openblas", form, peer._problem, peer._mode, steps, segments)
    {
        protected override void Multiply() => product(Frames, Inputs, Sums);
    }

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k,
        float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_sgemv")]
    private static partial void Sgemv(
        int order, int transpose, int m, int n, float alpha, float* a, int lda, float* x, int stepX, float beta, float* y, int stepY);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint CoreName();

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint Configuration();
}
