using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class SlotHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void First_AfterAnyPushesAndRemovals_IsTheSmallest(int seed)
    {
        var random = new Random(seed);
        var heap = new SlotHeap();
        List<SchedulerSlot> inside = [];
        for (int i = 0; i < 5000; i++)
        {
            if (inside.Count == 0 || random.Next(5) < 3)
            {
                var slot = new SchedulerSlot(null!, null!);
                heap.Push(slot, random.Next(100), i);
                inside.Add(slot);
            }
            else
            {
                SchedulerSlot slot = random.Next(2) == 0 ? heap.First! : inside[random.Next(inside.Count)];
                heap.Remove(slot);
                inside.Remove(slot);
                Assert.Null(slot.Heap);
            }

            Assert.Equal(inside.Count, heap.Count);
            Assert.Equal(inside.Count(slot => slot.Key.Time <= 30), heap.CountUntil(30));
            Assert.True(ReferenceEquals(inside.MinBy(slot => slot.Key), heap.First), $"seed {seed}, step {i}");
        }
    }
}
