using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>oneDNN with weights in the layouts that it chooses for each block size.</summary>
internal sealed unsafe partial class OneDnn : IPeer
{
    private readonly SruPeerProblem _problem;
    private readonly CacheMode _mode;
    private readonly nint _engine, _stream;
    private readonly List<(OneDnnApi.Layout Layout, WeightCopies<Matrix> Copies)> _weights = [];
    private readonly HashSet<string> _implementations = [];

    private OneDnn(SruPeerProblem problem, CacheMode mode)
    {
        _problem = problem;
        _mode = mode;
        SetThreads(1);
        _engine = OneDnnApi.CreateEngine();
        _stream = OneDnnApi.CreateStream(_engine);
    }

    public string Description => $"oneDNN {OneDnnApi.Version()}: {string.Join(", ", _implementations)}";

    /// <summary>The peer, or null if it is not installed.</summary>
    public static OneDnn? Create(SruPeerProblem problem, CacheMode mode) =>
        NativeLibrary.TryLoad(OneDnnApi.Library, typeof(OneDnn).Assembly, null, out _) ? new(problem, mode) : null;

    public IEnumerable<Contender> Contenders(int steps, int segments)
    {
        int d = _problem.Hidden, sums = SruPeerProblem.Gates * d, frames = steps * segments;
        OneDnnApi.Layout source = OneDnnApi.Strided(frames, d, d, 1), destination = OneDnnApi.Strided(frames, sums, sums, 1);

        nint matmul = OneDnnApi.CreateMatmul(
            _engine, source, OneDnnApi.Chosen(d, sums), destination, out OneDnnApi.Layout layout, out string name);
        yield return CreateForm("matmul", matmul, name, Copies(layout, OneDnnApi.Strided(d, sums, 1, d)));

        nint innerProduct = OneDnnApi.CreateInnerProduct(_engine, source, OneDnnApi.Chosen(sums, d), destination, out layout, out name);
        yield return CreateForm("inner product", innerProduct, name, Copies(layout, OneDnnApi.Strided(sums, d, d, 1)));

        Form CreateForm(string form, nint primitive, string implementation, WeightCopies<Matrix> weights)
        {
            _implementations.Add($"{form} {implementation}");
            return new Form(this, $"{form} {implementation}", primitive, weights, source, destination, steps, segments);
        }
    }

    public void Dispose()
    {
        foreach ((_, WeightCopies<Matrix> copies) in _weights)
            copies.Dispose();
        _ = OneDnnApi.DestroyStream(_stream);
        _ = OneDnnApi.DestroyEngine(_engine);
    }

    /// <summary>Copies of the weights in the chosen layout; block sizes that choose the same one share them.</summary>
    private WeightCopies<Matrix> Copies(OneDnnApi.Layout layout, OneDnnApi.Layout given)
    {
        foreach ((OneDnnApi.Layout known, WeightCopies<Matrix> shared) in _weights)
        {
            if (OneDnnApi.AreEqual(known, layout))
                return shared;
        }

        nint reorder = OneDnnApi.CreateReorder(_engine, given, layout);
        var copies = new WeightCopies<Matrix>(_mode, OneDnnApi.Bytes(layout), () =>
        {
            var copy = new Matrix(_engine, layout, new HugeMemory(OneDnnApi.Bytes(layout)));
            fixed (float* weights = _problem.Weights)
            {
                nint from = OneDnnApi.CreateMemory(_engine, given, weights);
                OneDnnApi.Execute(reorder, _stream, [new(OneDnnApi.From, from), new(OneDnnApi.To, copy.Memory)]);
                _ = OneDnnApi.DestroyMemory(from);
            }

            return copy;
        });
        _ = OneDnnApi.DestroyPrimitive(reorder);
        _weights.Add((layout, copies));
        return copies;
    }

    // oneDNN runs on OpenMP's threads.
    [LibraryImport("libgomp.so.1", EntryPoint = "omp_set_num_threads")]
    private static partial void SetThreads(int threads);

    /// <summary>A matrix that oneDNN reads.</summary>
    private sealed class Matrix(nint engine, OneDnnApi.Layout layout, HugeMemory data) : IDisposable
    {
        public nint Memory { get; } = OneDnnApi.CreateMemory(engine, layout, data.Pointer);

        public void Dispose()
        {
            _ = OneDnnApi.DestroyMemory(Memory);
            data.Dispose();
        }
    }

    private sealed class Form : ProductContender
    {
        private readonly nint _primitive, _stream, _source, _destination;
        private readonly WeightCopies<Matrix> _weights;

        public Form(
            OneDnn peer, string form, nint primitive, WeightCopies<Matrix> weights, OneDnnApi.Layout source, OneDnnApi.Layout destination,
            int steps, int segments) : base("onednn", form, peer._problem, peer._mode, steps, segments)
        {
            _primitive = primitive;
            _stream = peer._stream;
            _weights = weights;
            _source = OneDnnApi.CreateMemory(peer._engine, source, Inputs);
            _destination = OneDnnApi.CreateMemory(peer._engine, destination, Sums);
        }

        public override void Dispose()
        {
            _ = OneDnnApi.DestroyMemory(_source);
            _ = OneDnnApi.DestroyMemory(_destination);
            _ = OneDnnApi.DestroyPrimitive(_primitive);
            base.Dispose();
        }

        protected override void Multiply() => OneDnnApi.Execute(_primitive, _stream,
            [new(OneDnnApi.Source, _source), new(OneDnnApi.Weights, _weights.Next().Memory), new(OneDnnApi.Destination, _destination)]);
    }
}
