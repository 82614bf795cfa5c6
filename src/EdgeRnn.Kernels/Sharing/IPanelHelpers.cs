namespace EdgeRnn.Kernels.Sharing;

/// <summary>The threads that a pass can call for help with its panels.</summary>
public interface IPanelHelpers
{
    /// <summary>Threads besides the one that runs the pass, at least 1.</summary>
    int Count { get; }

    /// <summary>
    /// Tells them to call <see cref="PanelShare.TryHelp"/>. Called in the middle of a pass, by its own thread: it neither waits for them
    /// nor throws.
    /// </summary>
    void Invite(PanelShare share);
}
