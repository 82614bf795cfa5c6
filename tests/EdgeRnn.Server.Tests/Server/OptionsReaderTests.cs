using EdgeRnn.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace EdgeRnn.Server.Tests.Server;

public sealed class OptionsReaderTests
{
    [Fact]
    public void Read_KeysInAnyCase_AreSet()
    {
        (EdgeRnnServerOptions options, IReadOnlyList<string> errors) = Read(
            ("GRPCPORT", "9001"), ("Models", "m"), ("RUNTIME:MAXSESSIONS", "7"),
            ("Runtime:DrainTimeout", "00:00:02.5"), ("Runtime:IdleTimeout", "1:02:03"));

        Assert.Empty(errors);
        Assert.Equal((9001, "m", 7), (options.GrpcPort, options.Models, options.Runtime.MaxSessions));
        Assert.Equal((TimeSpan.FromSeconds(2.5), new TimeSpan(1, 2, 3)), (options.Runtime.DrainTimeout, options.Runtime.IdleTimeout));
    }

    [Theory]
    [InlineData("RUNTIME", "5", "Runtime must be a section of options, found the value '5'")]
    [InlineData("GRPCPORT:X", "5", "GrpcPort must be a value, found a section with X")]
    [InlineData("Models:X", "5", "Models must be a value, found a section with X")]
    [InlineData("RUNTIME:MAXSESSIONS", "many", "Runtime:MaxSessions must be a whole number, found 'many'")]
    [InlineData("GRPCPORT", "", "GrpcPort must be a whole number, found ''")]
    public void Read_WrongValue_NamesTheOptionAsItIsWritten(string key, string value, string error) =>
        Assert.Equal([error], Read((key, value)).Errors);

    [Theory]
    [InlineData("10")]
    [InlineData("00:10")]
    [InlineData("1:00:00:00")]
    [InlineData("00:00:60")]
    [InlineData("soon")]
    public void Read_DurationInAnotherForm_IsRefusedWithTheForm(string value) => Assert.Equal(
        [$"Runtime:DrainTimeout must be a duration in the form hh:mm:ss, such as 00:00:10 for ten seconds, found '{value}'"],
        Read(("RUNTIME:DRAINTIMEOUT", value)).Errors);

    [Theory]
    [InlineData("COLOUR", "COLOUR is not an option; known here: Listen, GrpcPort, HttpPort, ")]
    [InlineData("RUNTIME:OUTLETCAPACITY", "Runtime:OUTLETCAPACITY is not an option; known here: Runtime:Workers, Runtime:MaxSessions, ")]
    [InlineData("Runtime:COLOUR:DARK", "Runtime:COLOUR is not an option; known here: Runtime:Workers, ")]
    public void Read_UnknownKey_ListsTheKnownOnes(string key, string error)
    {
        string found = Assert.Single(Read((key, "7")).Errors);
        Assert.StartsWith(error, found, StringComparison.Ordinal);
        Assert.DoesNotContain("OutletCapacity", found, StringComparison.Ordinal);
    }

    private static (EdgeRnnServerOptions Options, IReadOnlyList<string> Errors) Read(params (string Key, string Value)[] values)
    {
        IEnumerable<KeyValuePair<string, string?>> settings =
            values.Select(value => KeyValuePair.Create($"{EdgeRnnOptions.Section}:{value.Key}", (string?)value.Value));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = new EdgeRnnServerOptions();
        OptionsReader.Read(configuration, options);
        return (options, options.Validate());
    }
}
