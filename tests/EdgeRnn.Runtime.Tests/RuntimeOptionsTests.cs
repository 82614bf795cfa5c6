namespace EdgeRnn.Runtime.Tests;

public sealed class RuntimeOptionsTests
{
    [Fact]
    public void Validate_Defaults_HaveNoError() => Assert.Empty(new RuntimeOptions().Validate());

    [Fact]
    public void WorkerCount_NotSet_IsOnePerProcessor()
    {
        Assert.Equal(Environment.ProcessorCount, new RuntimeOptions().WorkerCount);
        Assert.Equal(3, new RuntimeOptions { Workers = 3 }.WorkerCount);
    }

    [Fact]
    public void Validate_SeveralOutOfRange_NamesEach()
    {
        var options = new RuntimeOptions { MaxSessions = 0, DefaultBlockSteps = 99, MaxBlockSteps = 64, MaxPassColumns = 32, IdleTimeout = TimeSpan.Zero };
        Assert.Equal(
            [
                "MaxSessions must be from 1 to 100000, found 0",
                "DefaultBlockSteps must be from 1 to 64, found 99",
                "MaxPassColumns must be from 64 to 65536, found 32",
                "IdleTimeout must be from 00:00:01 to 1.00:00:00, found 00:00:00",
            ],
            options.Validate());
    }
}
