using Grpc.Core;

namespace EdgeRnn.Standins.Tests;

public sealed class CoreApiTests
{
    [Fact]
    public void Metadata_RepeatedKey_KeepsOrderAndGetsTheLast()
    {
        var metadata = new Metadata { { "Trace", "1" }, { "other", "2" }, { "trace", "3" } };

        Assert.Equal(["1", "3"], metadata.GetAll("trace").Select(entry => entry.Value));
        Assert.Equal("3", metadata.GetValue("trace"));
        Assert.Null(metadata.GetValue("absent"));
    }

    [Fact]
    public void Metadata_BinarySuffix_DecidesTheKindOfValue()
    {
        Assert.Equal([7, 13], new Metadata { { "key-bin", [7, 13] } }.GetValueBytes("key-bin"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [7]));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("white space", "text"));
    }

    [Fact]
    public void Metadata_Empty_CannotBeChanged() =>
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
}
