namespace EdgeRnn.Runtime.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["classes", "frame_rate_hz", "hidden_size", "GrpcPort", "Runtime:MaxSessions"];

    [Theory]
    [InlineData("clases", "classes")]
    [InlineData("clsases", "classes")]
    [InlineData("frameRateHz", "frame_rate_hz")]
    [InlineData("hiden-size", "hidden_size")]
    [InlineData("GRPC_PORT", "GrpcPort")]
    [InlineData("Runtime:MaxSesions", "Runtime:MaxSessions")]
    public void Of_NameWithATypingError_IsTheOneMeant(string unknown, string meant) => Assert.Equal(meant, NearestName.Of(unknown, Known));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("password")]
    public void Of_NameLikeNoOther_IsNull(string unknown)
    {
        Assert.Null(NearestName.Of(unknown, Known));
        Assert.Equal("", NearestName.Hint(unknown, Known));
    }

    [Fact]
    public void Of_TwoNearNames_IsTheNearer() => Assert.Equal("labels", NearestName.Of("label", ["table", "labels"]));

    [Fact]
    public void Of_HugeName_IsNull() => Assert.Null(NearestName.Of(new string('x', 1_000_000), Known));

    [Fact]
    public void Hint_NearName_IsAQuestion() => Assert.Equal("; did you mean 'classes'?", NearestName.Hint("clases", Known));
}
