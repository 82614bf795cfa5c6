namespace EdgeRnn.Kernels.Sharing;

/// <summary>The threads that can help a pass with its panels.</summary>
internal interface IPanelHelpers
{
    /// <summary>Threads in addition to the one that runs the pass, at least 1.</summary>
    int Count { get; }

    /// <summary>
    /// Asks the threads to call <see cref="PanelShare.TryHelp"/>. Called by the thread that runs the pass, during the pass: must neither
    /// wait nor throw.
    /// </summary>
    void Invite(PanelShare share);
}
