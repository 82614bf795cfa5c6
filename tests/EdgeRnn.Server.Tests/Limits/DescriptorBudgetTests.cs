using EdgeRnn.Server.Limits;

namespace EdgeRnn.Server.Tests.Limits;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData("Max open files            1024                 4096                 files", 200, 792)]
    [InlineData("Max open files            256                  256                  files", 240, 8)]
    [InlineData("Max open files            unlimited            unlimited            files", 240, int.MaxValue)]
    [InlineData("Max processes             1024                 4096                 processes", 200, int.MaxValue)]
    public void Connections_OfALimit_LeavesWhatIsOpenAndAReserve(string row, int open, int expected) =>
        Assert.Equal(expected, DescriptorBudget.Connections($"Limit    Soft    Hard   Units\n{row}\n", open));
}
