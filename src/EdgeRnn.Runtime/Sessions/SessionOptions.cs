using EdgeRnn.Runtime.Models;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What a client asks for when it opens a session; null stands for the runtime's default.</summary>
/// <param name="Model">Name of the model; empty for the only one there is.</param>
/// <param name="BlockSteps">Frames per block, 1 to <see cref="RuntimeOptions.MaxBlockSteps"/>.</param>
/// <param name="MaxBlockDelay">The longest that a frame waits for its block to fill, 1 ms to <see cref="RuntimeOptions.LongestBlockDelay"/>.</param>
/// <param name="OutputEvery">Outputs are wanted for frame indices that are a multiple of this, 1 to <see cref="RuntimeOptions.LargestOutputEvery"/>.</param>
public sealed record SessionRequest(string Model, long? BlockSteps = null, TimeSpan? MaxBlockDelay = null, long? OutputEvery = null);

/// <summary>The options in force for a session.</summary>
public sealed record SessionOptions(int BlockSteps, TimeSpan MaxBlockDelay, int OutputEvery)
{
    /// <summary>Fills in the defaults.</summary>
    /// <exception cref="SessionRefusedException">A value is out of range.</exception>
    internal static SessionOptions Resolve(SessionRequest request, RuntimeOptions limits) => new(
        (int)InRange("block_steps", request.BlockSteps ?? limits.DefaultBlockSteps, limits.MaxBlockSteps),
        TimeSpan.FromMilliseconds(InRange("max_block_delay_ms",
            (long)(request.MaxBlockDelay ?? limits.DefaultMaxBlockDelay).TotalMilliseconds, (long)RuntimeOptions.LongestBlockDelay.TotalMilliseconds)),
        (int)InRange("output_every", request.OutputEvery ?? 1, RuntimeOptions.LargestOutputEvery));

    /// <summary>Bytes that a session with these options holds: its blocks and its recurrent state.</summary>
    internal long SessionBytes(RecurrentModel model, RuntimeOptions limits)
        => (long)limits.BlocksPerSession * BlockSteps * (model.InputSize + model.OutputSize) * sizeof(float) + model.StateBytes;

    private static long InRange(string field, long value, long most) => value >= 1 && value <= most
        ? value
        : throw new SessionRefusedException(RefusalReason.InvalidOption, $"open.{field}: expected 1 to {most}, found {value}");
}
