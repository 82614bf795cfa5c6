namespace EdgeRnn.Kernels.Sharing;

/// <summary>The slots of a share, and their memory.</summary>
internal sealed unsafe class PanelSlots : IDisposable
{
    private readonly PanelSlot[] _slots;
    private readonly AlignedBuffer _results;

    public PanelSlots(int helpers, ShareLimits limits)
    {
        _slots = new PanelSlot[ShareLimits.Slots(helpers)];
        _results = new AlignedBuffer(checked(_slots.Length * limits.SlotLength));
        for (int i = 0; i < _slots.Length; i++)
        {
            float* outputs = _results.Pointer + (nint)i * limits.SlotLength;
            _slots[i] = new PanelSlot(outputs, outputs + limits.SlotOutputsLength, limits.MaxFrames);
        }
    }

    /// <summary>Takes a free slot, for a helper; null if there is none.</summary>
    public PanelSlot? TryTake()
    {
        foreach (PanelSlot slot in _slots)
        {
            if (slot.TryTake())
                return slot;
        }

        return null;
    }

    /// <summary>A slot with results of an offer, or null. Only for the owner.</summary>
    public PanelSlot? FindFilled(uint offer)
    {
        foreach (PanelSlot slot in _slots)
        {
            if (slot.IsFilled && slot.Offer == offer)
                return slot;
        }

        return null;
    }

    /// <summary>Drops the results of earlier offers. Only for the owner.</summary>
    public void ReleaseFilled()
    {
        foreach (PanelSlot slot in _slots)
        {
            if (slot.IsFilled)
                slot.Release();
        }
    }

    public void Dispose() => _results.Dispose();
}
