using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

public sealed class FingerprintTests
{
    private static readonly string Original = Fingerprint(_ => { });

    [Fact]
    public void Fingerprint_SamePackage_IsTheSame() => Assert.Equal(Original, Fingerprint(_ => { }));

    [Fact]
    public void Fingerprint_TensorsInAnotherOrder_IsTheSame() => Assert.Equal(Original, Fingerprint(package =>
    {
        var tensors = package.Weights.Reverse().ToList();
        package.Weights.Clear();
        tensors.ForEach(tensor => package.Weights.Add(tensor.Key, tensor.Value));
    }));

    [Fact]
    public void Fingerprint_OneWeightChanged_Changes() =>
        Assert.NotEqual(Original, Fingerprint(package => package.Weights["rnn_lst.1.bias"].Values[25] += 1e-3f));

    [Fact]
    public void Fingerprint_HeadChanged_Changes() =>
        Assert.NotEqual(Original, Fingerprint(package => package.Head["head.bias"].Values[0] = 0));

    [Fact]
    public void Fingerprint_ManifestChanged_Changes() => Assert.NotEqual(Original, Fingerprint(package => package.Set("version", "2")));

    private static string Fingerprint(Action<TestPackage> change)
    {
        var package = new TestPackage();
        change(package);
        using RecurrentModel model = package.Load();
        return model.Fingerprint;
    }
}
