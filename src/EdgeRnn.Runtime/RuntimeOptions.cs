namespace EdgeRnn.Runtime;

/// <summary>Limits and defaults of the runtime. It bounds everything that a client can make large.</summary>
public sealed class RuntimeOptions
{
    /// <summary>The most that a client may ask for as block delay or latency budget.</summary>
    internal static readonly TimeSpan MaxBlockDelay = TimeSpan.FromMinutes(1);

    /// <summary>The most that a client may ask for as distance of outputs, in frames.</summary>
    internal const int MaxOutputEvery = 1_000_000;

    /// <summary>The most that a client may declare as frame rate.</summary>
    internal const double MaxFrameRateHz = 1_000_000;

    /// <summary>
    /// Threads that run weight passes and help each other with them, 0 to 1024; 0 takes one per processor. Besides, one thread at a time
    /// that brings a frame computes passes that are too short to wake a worker for.
    /// </summary>
    public int Workers { get; set; }

    /// <summary>
    /// Sessions open at the same time, 1 to 100000; a further one is refused. Memory, the workers' capacity and descriptors limit them in any
    /// case.
    /// </summary>
    public int MaxSessions { get; set; } = 100_000;

    /// <summary>Frames per block if a session asks for no number, 1 to <see cref="MaxBlockSteps"/>.</summary>
    public int DefaultBlockSteps { get; set; } = 16;

    /// <summary>The most frames per block that a session may ask for, 1 to 4096.</summary>
    public int MaxBlockSteps { get; set; } = 128;

    /// <summary>
    /// The most frames of all its sessions that share one weight pass; at least <see cref="MaxBlockSteps"/>, at most 65536.
    /// </summary>
    public int MaxPassColumns { get; set; } = 256;

    /// <summary>Whether blocks of different sessions share weight passes. If false, each pass has one block; for comparisons.</summary>
    public bool SharePasses { get; set; } = true;

    /// <summary>Whether a session that needs more of the workers than is left, by its declared rate, is refused or only warned.</summary>
    public AdmissionMode Admission { get; set; }

    /// <summary>Blocks that a session owns, 2 to 16: one fills, one is computed, the others wait to be computed or delivered.</summary>
    public int BlocksPerSession { get; set; } = 3;

    /// <summary>
    /// How long a frame waits for its block to fill if a session asks for no time, 1 ms to 1 min.
    /// </summary>
    public TimeSpan DefaultMaxBlockDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A session ends when it has neither received nor delivered anything for this long; 1 s to 1 day.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long sessions may take at shutdown to deliver what they have accepted; 0 to 10 min.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What one session may have in its outlet at the same time: all its blocks, two notices and its end.</summary>
    internal int OutletCapacity => BlocksPerSession + 3;

    internal int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount;

    /// <summary>One sentence per option that is out of range, naming option, range and value; empty if there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Check(nameof(Workers), Workers, 0, 1024);
        Check(nameof(MaxSessions), MaxSessions, 1, 100_000);
        Check(nameof(MaxBlockSteps), MaxBlockSteps, 1, 4096);
        Check(nameof(DefaultBlockSteps), DefaultBlockSteps, 1, Math.Max(1, MaxBlockSteps));
        Check(nameof(MaxPassColumns), MaxPassColumns, Math.Max(1, MaxBlockSteps), 65_536);
        Check(nameof(BlocksPerSession), BlocksPerSession, 2, 16);
        Check(nameof(DefaultMaxBlockDelay), DefaultMaxBlockDelay, TimeSpan.FromMilliseconds(1), MaxBlockDelay);
        if (!Enum.IsDefined(Admission))
            errors.Add($"{nameof(Admission)} must be one of {string.Join(", ", Enum.GetNames<AdmissionMode>())}, found {Admission}");
        Check(nameof(IdleTimeout), IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check(nameof(DrainTimeout), DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        return errors;

        void Check<T>(string option, T value, T min, T max) where T : IComparable<T>
        {
            if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
                errors.Add($"{option} must be from {min} to {max}, found {value}");
        }
    }
}

/// <summary>What happens to a session that the machine is not expected to carry.</summary>
public enum AdmissionMode
{
    /// <summary>It is refused.</summary>
    Enforce,

    /// <summary>It is opened, and told so.</summary>
    Warn,
}
