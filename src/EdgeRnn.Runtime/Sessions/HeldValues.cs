using System.Buffers.Binary;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Replaces each value of a stream that is not finite by the last finite one of its column; see
/// <see cref="Models.Running.NonFinitePolicy.Hold"/>. Frames must come in order, by one writer.
/// </summary>
/// <param name="resting">What is taken before the first finite value; [input size].</param>
internal sealed class HeldValues(float[] resting)
{
    private readonly float[] _last = [.. resting];

    /// <summary>Forgets the frames before.</summary>
    public void Reset() => resting.CopyTo(_last, 0);

    /// <param name="frames">Binary32, little-endian, [frames][input size].</param>
    /// <param name="count">Values that were replaced.</param>
    /// <returns>The same memory if nothing was replaced, else a copy.</returns>
    public ReadOnlyMemory<byte> Fill(ReadOnlyMemory<byte> frames, out int count)
    {
        count = 0;
        byte[]? copy = null;
        ReadOnlySpan<byte> values = frames.Span;
        for (int i = 0; i < values.Length / sizeof(float); i++)
        {
            float value = BinaryPrimitives.ReadSingleLittleEndian(values[(i * sizeof(float))..]);
            ref float last = ref _last[i % _last.Length];
            if (float.IsFinite(value))
            {
                last = value;
                continue;
            }

            copy ??= frames.ToArray();
            BinaryPrimitives.WriteSingleLittleEndian(copy.AsSpan(i * sizeof(float)), last);
            count++;
        }

        return copy ?? frames;
    }
}
