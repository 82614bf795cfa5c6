using System.Runtime.InteropServices;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Cli.Simulation;

/// <summary>Writes recordings of simulated machines to a file, to train on or to stream.</summary>
internal static class SimulationExport
{
    /// <summary>
    /// Writes recordings of consecutive seeds, one after another, as safetensors: <c>x</c> [recordings·frames, FrameSize] F32,
    /// <c>state</c> [recordings·frames] U8, the true class of each frame, and <c>seed</c> [recordings] U64. Each
    /// recording starts a new machine.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no whole frame or no recording, or the frames exceed an array.</exception>
    public static void Write(string path, double seconds, ulong seed, int recordings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(recordings);
        double total = Math.Floor(seconds * MachineSimulator.FrameRate) * recordings;
        if (!(total >= recordings && total * MachineSimulator.FrameSize * sizeof(float) <= Array.MaxLength))
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "expected at least one frame and less than 2 GB in all");

        int frames = (int)total / recordings;
        float[] x = new float[(int)total * MachineSimulator.FrameSize];
        byte[] states = new byte[(int)total];
        ulong[] seeds = new ulong[recordings];
        for (int i = 0; i < recordings; i++)
        {
            seeds[i] = seed + (ulong)i;
            var recording = MachineRecording.Simulate(seeds[i], frames);
            recording.Frames.CopyTo(x, i * frames * MachineSimulator.FrameSize);
            for (int frame = 0; frame < frames; frame++)
                states[(i * frames) + frame] = (byte)recording.States[frame];
        }

        new SafetensorsWriter()
            .Add("x", [(long)total, MachineSimulator.FrameSize], x)
            .Add("state", "U8", [(long)total], states)
            .Add("seed", "U64", [recordings], MemoryMarshal.AsBytes(seeds.AsSpan()).ToArray())
            .Save(path);
    }
}
