using System.Reflection;

namespace EdgeRnn.Standins.Tests;

public sealed class PublicApiTests
{
    public static TheoryData<string> Packages => [.. StandinFolder.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void PackedAssembly_PublicApi_IsAsListed(string package)
    {
        var packed = PublicApi.Of(StandinFolder.LoadPacked(package));
        var listed = StandinFolder.ReadApiList(package);
        string[] differences = [.. packed.Except(listed).Select(line => "+ " + line), .. listed.Except(packed).Select(line => "- " + line)];

        Assert.True(differences.Length == 0,
            $"The packed {package} has (+) and lacks (-), against its PublicApi.txt:\n{string.Join('\n', differences)}");
    }

    /// <summary>Whichever was restored: the stand-in, or the official assembly, which may have more.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void RestoredAssembly_PublicApi_HasAllThatIsListed(string package)
    {
        var missing = StandinFolder.ReadApiList(package).Except(PublicApi.Of(Assembly.Load(package))).ToArray();

        Assert.True(missing.Length == 0, $"The restored {package} lacks, of the stand-in's PublicApi.txt:\n{string.Join('\n', missing)}");
    }
}
