using System.Runtime.CompilerServices;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Cli.Input;

/// <summary>Reads the frames of a tensor in a safetensors file; <see cref="RowFrames"/> tells its shape.</summary>
internal sealed class TensorFrameInput : FrameInput
{
    private readonly SafetensorsFile _file;
    private readonly TensorInfo _tensor;
    private readonly Terminal _terminal;

    private TensorFrameInput(SafetensorsFile file, TensorInfo tensor, Terminal terminal)
    {
        _file = file;
        _tensor = tensor;
        _terminal = terminal;
    }

    /// <param name="tensor">Null for the usual name, or the only tensor of the file.</param>
    /// <param name="usualName">The name of the tensor in most files.</param>
    /// <exception cref="ModelException">The file cannot be read, or has no such tensor.</exception>
    public static TensorFrameInput Open(string path, string? tensor, string usualName, Terminal terminal)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            bool takesOnly = tensor is null && !file.Contains(usualName) && file.Tensors.Count == 1;
            return new TensorFrameInput(file, takesOnly ? file.Tensors[0] : file[tensor ?? usualName], terminal);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(
        int frameSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string name = $"{_file.Name}: tensor {ForeignText.Show(_tensor.Name)}";
        float[] values = _file.ReadSingles(_tensor.Name, new WarningLogger<TensorFrameInput>(_terminal));
        int length = RowFrames.WholeLength(_tensor.Shape, values.Length, frameSize, name, _terminal);
        int batch = Math.Max(1, BatchValues / frameSize) * frameSize;
        for (int start = 0; start < length; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return values.AsMemory(start, Math.Min(batch, length - start));
        }

        await Task.CompletedTask;
    }

    public override void Dispose() => _file.Dispose();
}
