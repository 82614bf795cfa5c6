using System.Runtime.CompilerServices;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Local;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime;

/// <summary>
/// A model package in this process, without a server. It computes with the server's own sessions, blocks and weight passes, so results are
/// the same bits as over the wire. Safe for concurrent use: each run is a stream of its own and computes on its caller's thread.
/// </summary>
/// <example>
/// <code>
/// using LocalModel model = LocalModel.Load("models/my-model");
/// await foreach (LocalResult result in model.RunAsync(frames))
///     Console.WriteLine(result.Outputs.Span[0]);
/// </code>
/// </example>
public sealed class LocalModel : IDisposable
{
    private readonly ModelRepository _models;

    private LocalModel(ModelRepository models) => _models = models;

    /// <summary>The model's name.</summary>
    public string Name => Model.Name;

    /// <summary>Values per frame.</summary>
    public int FrameSize => Model.InputSize;

    /// <summary>Values per output.</summary>
    public int OutputSize => Model.OutputSize;

    /// <summary>The meaning of output 0, 1, …; empty, or one per output.</summary>
    public IReadOnlyList<string> Labels => Model.Labels;

    internal RecurrentModel Model => _models.Models.First();

    /// <summary>Loads the package in a folder: model.json and its tensor files.</summary>
    /// <param name="directory">The folder of model.json.</param>
    /// <param name="logger">Gets what is noteworthy about the package, such as rounded tensors; null: it is not told.</param>
    /// <exception cref="ModelException">The package cannot be used; the message names file, key or tensor, expected and found.</exception>
    /// <exception cref="NotSupportedException">The environment variable EDGERNN_KERNELS names kernels that this processor lacks.</exception>
    public static LocalModel Load(string directory, ILogger? logger = null) => Load(directory, Kernels(), logger);

    /// <inheritdoc cref="Load(string, ILogger?)"/>
    internal static LocalModel Load(string directory, KernelSet kernels, ILogger? logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!File.Exists(Path.Combine(directory, ModelManifest.FileName)))
            throw new ModelException($"{directory}: expected a model package, a folder with {ModelManifest.FileName}, found none");
        return new LocalModel(ModelRepository.Load(directory, kernels, logger));
    }

    /// <summary>Loads the model that is part of this assembly: machine-vibration, 24 values per frame.</summary>
    /// <exception cref="NotSupportedException">As for <see cref="Load(string, ILogger?)"/>.</exception>
    public static LocalModel LoadEmbedded() => new(ModelRepository.Load(directory: null, Kernels()));

    /// <summary>Runs a stream from its first frame on, with a recurrent state of zeros.</summary>
    /// <param name="frames">
    /// Whole frames, [n][<see cref="FrameSize"/>] at a time with any n; each memory must stay unchanged until the next one is asked for.
    /// </param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run between two batches of frames.</param>
    /// <returns>A result per block, in order; the last, shorter block at the end of the frames.</returns>
    /// <exception cref="ArgumentException">Not whole frames, or a value that is not finite and the model rejects such values.</exception>
    /// <exception cref="ModelException">The model failed while computing.</exception>
    public IAsyncEnumerable<LocalResult> RunAsync(
        IAsyncEnumerable<ReadOnlyMemory<float>> frames, LocalRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return RunStreamAsync(frames, options ?? new LocalRunOptions(), cancellationToken);
    }

    /// <summary>Frees the weights. No run may be under way.</summary>
    public void Dispose() => _models.Dispose();

    internal LocalStream OpenStream(LocalRunOptions options, ILoggerFactory? loggers = null) => new(_models, options, loggers);

    private async IAsyncEnumerable<LocalResult> RunStreamAsync(IAsyncEnumerable<ReadOnlyMemory<float>> frames, LocalRunOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using LocalStream stream = OpenStream(options);
        await foreach (LocalResult result in stream.RunAsync(frames, cancellationToken))
            yield return result;
    }

    private static KernelSet Kernels() => KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable));
}
