using System.Buffers.Binary;
using System.Globalization;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What frames must be to be accepted.</summary>
internal static class FrameRules
{
    /// <param name="firstIndex">The index that the client gives the first frame; null if it gives none.</param>
    /// <param name="next">The index that the session gives it.</param>
    /// <exception cref="InvalidFramesException">A rule is broken.</exception>
    public static void Check(ReadOnlySpan<byte> frames, RecurrentModel model, ulong? firstIndex, long next)
    {
        int frameBytes = model.InputSize * sizeof(float);
        if (frames.IsEmpty || frames.Length % frameBytes != 0)
        {
            throw new InvalidFramesException(new Violation(RequestField.Frames,
                $"one or more whole frames of {frameBytes} bytes ({model.InputSize} values of 4 bytes)", $"{frames.Length} bytes"));
        }

        if (firstIndex is { } index && index != (ulong)next)
            throw new InvalidFramesException(new Violation(RequestField.FirstIndex, $"{next}", $"{index}"));
        if (model.RejectsNonFinite)
            CheckFinite(frames, frameBytes, next);
    }

    private static void CheckFinite(ReadOnlySpan<byte> frames, int frameBytes, long next)
    {
        for (int i = 0; i < frames.Length; i += sizeof(float))
        {
            float value = BinaryPrimitives.ReadSingleLittleEndian(frames[i..]);
            if (float.IsFinite(value))
                continue;
            throw new InvalidFramesException(new Violation(RequestField.Frames, "finite values", string.Create(
                CultureInfo.InvariantCulture, $"{value} at frame {next + i / frameBytes}, value {i % frameBytes / sizeof(float)}")));
        }
    }
}
