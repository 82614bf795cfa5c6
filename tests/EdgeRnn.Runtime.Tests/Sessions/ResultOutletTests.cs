using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class ResultOutletTests
{
    private const int Capacity = 7;

    private readonly ResultOutlet _outlet = new(Capacity);

    [Fact]
    public async Task Put_WaitingReader_GoesOn()
    {
        Task reading = _outlet.WaitToReadAsync().AsTask();
        Assert.False(reading.IsCompleted);

        Put("a");

        await reading.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["a"], Read());
    }

    [Fact]
    public void WaitToReadAsync_SomethingWasPutBefore_CompletesAtOnce()
    {
        Put("a");

        Assert.True(_outlet.WaitToReadAsync().AsTask().IsCompleted);
    }

    [Fact]
    public void WaitToReadAsync_WhatWasPutWasRead_Waits()
    {
        Put("a");
        Read();

        Assert.False(_outlet.WaitToReadAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task WaitToReadAsync_SecondReader_Fails()
    {
        _ = _outlet.WaitToReadAsync().AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => _outlet.WaitToReadAsync().AsTask());
    }

    [Fact]
    public async Task Release_WhatWasPutWhileHeld_IsReadWithinTheCall()
    {
        Task<(int Thread, List<string> Items)> reading = ReadOnceAsync();
        _outlet.Hold();
        Put("a");
        Put("b");
        Assert.False(reading.IsCompleted);

        int thread = Environment.CurrentManagedThreadId;
        _outlet.Release();

        Assert.True(reading.IsCompleted);
        (int readBy, List<string> items) = await reading;
        Assert.Equal(thread, readBy);
        Assert.Equal(["a", "b"], items);
    }

    [Fact]
    public async Task Release_WasHeld_NextPutWakesTheReader()
    {
        _outlet.Hold();
        _outlet.Release();
        Task reading = _outlet.WaitToReadAsync().AsTask();

        Put("a");

        await reading.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void HandOver_Held_StaysHeld()
    {
        Task first = ReadOnceAsync();
        _outlet.Hold();
        Put("a");
        _outlet.HandOver();
        Assert.True(first.IsCompletedSuccessfully);

        Task second = ReadOnceAsync();
        Put("b");
        _outlet.Release();

        // Had the put woken it, it would go on elsewhere.
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(Capacity / 2 - 1, false)]
    [InlineData(Capacity / 2, true)]
    public void Hold_HeldBefore_HandsOverWhatFillsHalf(int items, bool handsOver)
    {
        Task reading = ReadOnceAsync();
        _outlet.Hold();
        for (int i = 0; i < items; i++)
            Put($"{i}");

        _outlet.Hold();

        Assert.Equal(handsOver, reading.IsCompleted);
    }

    [Fact]
    public void Hold_RequestAfterRequest_HandsOverAfterSixteen()
    {
        Task reading = ReadOnceAsync();
        _outlet.Hold();
        Put("a");
        for (int i = 2; i <= 15; i++)
            _outlet.Hold();
        Assert.False(reading.IsCompleted);

        _outlet.Hold();

        Assert.True(reading.IsCompleted);
    }

    [Fact]
    public void Put_MoreThanItsSessionsOwn_Fails()
    {
        for (int i = 0; i < Capacity; i++)
            Put($"{i}");

        Assert.Throws<InvalidOperationException>(() => Put("one too many"));
    }

    private async Task<(int Thread, List<string> Items)> ReadOnceAsync()
    {
        // Without the test's own context, which would have it go on elsewhere.
        await _outlet.WaitToReadAsync().ConfigureAwait(false);
        return (Environment.CurrentManagedThreadId, Read());
    }

    private List<string> Read()
    {
        List<string> messages = [];
        while (_outlet.TryRead(out OutletItem item))
            messages.Add(item.Message);
        return messages;
    }

    private void Put(string message) => _outlet.Put(new OutletItem(null!, OutletItemKind.Draining, Message: message));
}
