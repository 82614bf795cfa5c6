using System.Runtime.CompilerServices;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Cli.Input;

/// <summary>
/// Reads the frames of a tensor: [T, I] or [T, 1, I] with I the frame size, or [T, n] with n a divisor of I, where I/n consecutive rows
/// make up a frame.
/// </summary>
internal sealed class TensorFrameInput : FrameInput
{
    private const string DefaultName = "input";

    private readonly SafetensorsFile _file;
    private readonly TensorInfo _tensor;
    private readonly Terminal _terminal;

    private TensorFrameInput(SafetensorsFile file, TensorInfo tensor, Terminal terminal)
    {
        _file = file;
        _tensor = tensor;
        _terminal = terminal;
    }

    /// <param name="tensor">Null for 'input', or the only tensor of the file.</param>
    /// <exception cref="ModelException">The file cannot be read, or has no such tensor.</exception>
    public static TensorFrameInput Open(string path, string? tensor, Terminal terminal)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            bool takesOnly = tensor is null && !file.Contains(DefaultName) && file.Tensors.Count == 1;
            return new TensorFrameInput(file, takesOnly ? file.Tensors[0] : file[tensor ?? DefaultName], terminal);
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
        CheckShape(frameSize);
        float[] values = _file.ReadSingles(_tensor.Name, new WarningLogger<TensorFrameInput>(_terminal));
        int tail = values.Length % frameSize;
        if (tail > 0)
        {
            long rowsPerFrame = frameSize / _tensor.Shape[1];
            _terminal.Warn($"{_file.Name}: tensor {_tensor.Name}: dropped the last {tail / _tensor.Shape[1]} of {_tensor.Shape[0]} rows, "
                + $"because a frame takes {rowsPerFrame}");
        }

        int batch = Math.Max(1, BatchValues / frameSize) * frameSize;
        for (int start = 0; start < values.Length - tail; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return values.AsMemory(start, Math.Min(batch, values.Length - tail - start));
        }

        await Task.CompletedTask;
    }

    public override void Dispose() => _file.Dispose();

    private void CheckShape(int frameSize)
    {
        bool fits = _tensor.Shape switch
        {
            [_, 1, var width] => width == frameSize,
            [_, var width] => width > 0 && frameSize % width == 0,
            _ => false,
        };
        if (!fits)
        {
            throw new CliException($"{_file.Name}: tensor {_tensor.Name}: expected the shape [T, {frameSize}], [T, 1, {frameSize}] "
                + $"or [T, n] with n a divisor of {frameSize}, found {_tensor.ShapeText}");
        }
    }
}
