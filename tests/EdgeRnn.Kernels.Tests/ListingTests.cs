using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace EdgeRnn.Kernels.Tests;

/// <summary>
/// The machine code of the kernels: a tile keeps its sums in registers only if the JIT inlines everything. A harmless looking change can
/// break that, and no other test would fail.
/// </summary>
public partial class ListingTests
{
    private static readonly Lazy<string[]> Listings = new(RunProbe);

    [Fact]
    public void MultiplyTiles_InnerLoop_IsOnlyRegistersAndProducts()
    {
        string[] tiles = [.. Listings.Value.Where(listing => TileName().IsMatch(listing))];

        foreach (IGrouping<string, string> kind in tiles.GroupBy(tile => TileName().Match(tile).Groups["tile"].Value))
            AssertAllWidths([.. kind]);
        Assert.Contains(tiles, tile => tile.Contains("MultiplyPair", StringComparison.Ordinal));
        foreach (string tile in tiles)
        {
            Match name = TileName().Match(tile);
            string loop = InnerLoop(tile);
            int gates = name.Groups["cell"].Value switch
            {
                "LinearKernel" => 1,
                "MinGruMix" or "GilrMix" or "NoOutputGate" => 2,
                "GateSkip" or "LstmKernel" => 4,
                _ => 3,
            };
            int frames = name.Groups["frames"].Value switch { "Eight" => 8, "Four" => 4, "Two" => 2, _ => 1 };

            Assert.False(CallOrStack().IsMatch(loop), $"A call or stack access in the inner loop:\n{name.Value}\n{loop}");
            int words = name.Groups["format"].Value == "Single" ? 1 : 2, panels = name.Groups["tile"].Value == "MultiplyPair" ? 2 : 1;
            int products = words * gates * frames * panels;
            Assert.True(Product().Count(loop) == products, $"Expected {products} products:\n{name.Value}\n{loop}");
        }
    }

    [Fact]
    public void Epilogue_EveryCell_InlinesItsFunctions()
    {
        string[] epilogues = [.. Listings.Value.Where(listing => EpilogueName().IsMatch(listing))];

        AssertAllWidths(epilogues);
        Assert.All(epilogues, epilogue => Assert.False(Call().IsMatch(epilogue), epilogue));
    }

    private static void AssertAllWidths(string[] listings) => Assert.Equal(
        KernelSet.Available.Where(set => set.Lanes > 1).Select(set => $"{32 * set.Lanes}").Order(),
        listings.Select(listing => Width().Match(listing).Groups[1].Value).Distinct().Order());

    /// <summary>The JIT's listings of the tiles and epilogues, in a process with default settings.</summary>
    private static string[] RunProbe()
    {
        string file = Path.GetTempFileName();
        try
        {
            string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
            var start = new ProcessStartInfo(host, [typeof(ListingProbe).Assembly.Location])
            {
                Environment = { ["DOTNET_JitDisasm"] = "*MultiplyTiles* *MultiplyPair* *Advance*", ["DOTNET_JitStdOutFile"] = file },
            };
            using Process probe = Process.Start(start)!;
            if (!probe.WaitForExit(TimeSpan.FromMinutes(2)))
            {
                probe.Kill();
                Assert.Fail("The probe did not end within two minutes.");
            }

            Assert.Equal(0, probe.ExitCode);
            return File.ReadAllText(file).Split("; Assembly listing for method ")[1..];
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The code from a label to the first jump back to it.</summary>
    private static string InnerLoop(string listing)
    {
        foreach (Match jump in Jump().Matches(listing))
        {
            int start = listing.IndexOf($"\n{jump.Groups["label"].Value}:", StringComparison.Ordinal);
            if (start >= 0 && start < jump.Index)
                return listing[start..(jump.Index + jump.Length)];
        }

        Assert.Fail($"No loop:\n{listing}");
        return "";
    }

    [GeneratedRegex(
        @"^\S+:(?<tile>MultiplyTiles|MultiplyPair)\[\S+Lanes(512|256|128),\S*?" +
        @"\b(?<cell>LinearKernel|LstmKernel|GruKernel|\w+(Skip|Mix|OutputGate))\S+\.(?<frames>\w+)Frames?,\S+\.(?<format>\w+)Weights\]\S+")]
    private static partial Regex TileName();

    [GeneratedRegex(@"^\S+Epilogue:Advance\[\S+Lanes(512|256|128),\S+")]
    private static partial Regex EpilogueName();

    [GeneratedRegex(@"Lanes(\d+)")]
    private static partial Regex Width();

    // x64, then ARM64
    [GeneratedRegex(@"^ +(j\w+|b\.\w+|cbn?z\s+\w+,|tbn?z\s+\w+,\s*#\d+,)\s+(SHORT\s+)?(?<label>G_M\w+_IG\d+)", RegexOptions.Multiline)]
    private static partial Regex Jump();

    // 8-bit weights: one instruction adds a pair of products on x64. ARM64 needs two, smlal and smlal2; only the first is counted.
    [GeneratedRegex(@"^ +(vfmadd|vpmaddwd|fmla|smlal\s)", RegexOptions.Multiline)]
    private static partial Regex Product();

    [GeneratedRegex(@"^ +(call|bl|blr)\s", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"^ +(call|bl|blr)\s|\[(rsp|rbp|sp|fp)\b", RegexOptions.Multiline)]
    private static partial Regex CallOrStack();
}
