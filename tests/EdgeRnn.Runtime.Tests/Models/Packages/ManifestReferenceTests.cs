using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

/// <summary>
/// The tables of docs/models.md list exactly the keys that the readers know, with their types, ranges and whether they are required.
/// The readers tell it in the errors that they give for an unknown key, a value of the wrong type and a missing key.
/// </summary>
public sealed partial class ManifestReferenceTests : IDisposable
{
    private const string Unknown = "unknown_key";
    private static readonly List<Section> Reference = ReadReference();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Families => [.. FamilyPackages.Families];

    /// <summary>Every way to make a module: the family, the column of the table of SRU, and upstream's tag and class.</summary>
    public static TheoryData<string, int, string, string> Constructors => new()
    {
        { "sru", 1, "2018", "cuda_functional.SRU" },
        { "sru", 2, "2.1.7", "sru.SRU" },
        { "sru", 3, "2.6.0", "sru.SRU" },
        { "sru", 4, "3.0.0.dev6", "sru.SRU" },
        { "qrnn", 0, "", "torchqrnn.QRNN" },
        { "lstm", 0, "", "torch.nn.LSTM" },
        { "gru", 0, "", "torch.nn.GRU" },
        { "mingru", 0, "", "" },
        { "minlstm", 0, "", "" },
        { "gilr", 0, "", "" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Families))]
    public void ManifestTables_Keys_AreThoseThatTheReaderKnows(string family)
    {
        foreach (string path in (string[])["", "input", "input.normalization", "layers", "head", "output"])
        {
            string message = ErrorOf(family, Join(path, Unknown), 1);
            Assert.Equal(Keys(path, family).Select(row => row.Key).Order(StringComparer.Ordinal), KnownKeys(message));
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void ManifestTables_TypesAndRanges_AreThoseThatTheReaderExpects(string family)
    {
        foreach ((string path, Row row) in AllKeys(family))
        {
            JsonNode wrong = row.Type == "a JSON object" ? JsonValue.Create(1) : new JsonObject();
            string message = ErrorOf(family, path, wrong);
            Assert.StartsWith($"model.json: {path}: expected {row.Type}, found ", message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void ManifestTables_RequiredKeys_AreThoseWithoutADefault(string family)
    {
        foreach ((string path, Row row) in AllKeys(family))
        {
            TestPackage package = Complete(family).Without(path);
            if (row.Default == "required")
                Assert.StartsWith($"model.json: {path}: expected ", ErrorOf(package), StringComparison.Ordinal);
            else
                Parse(package);
        }
    }

    [Theory, MemberData(nameof(Constructors))]
    public void ConstructorTables_Arguments_AreThoseThatTheImportKnows(string family, int column, string tag, string upstreamClass)
    {
        Section table = Assert.Single(Reference, section => section.Path == "constructor" && section.Families.Contains(family));
        IEnumerable<string> listed = table.Rows.Where(row => column == 0 || row.Cells[column] == "×").SelectMany(row => row.Names);

        JsonNode config = Config(family, tag, upstreamClass);
        config["constructor"]![Unknown] = 1;

        string message = ErrorOf(config);
        Assert.Contains($"constructor.{Unknown}: expected one of ", message, StringComparison.Ordinal);
        Assert.Equal(listed.Order(StringComparer.Ordinal), KnownKeys(message));
    }

    [Fact]
    public void ConfigurationTable_TypesAndRequiredKeys_AreThoseThatTheImportExpects()
    {
        foreach (Row row in Assert.Single(Reference, section => section.Title == "The configuration").Rows)
        {
            JsonNode config = Config("sru", "2.6.0", "sru.SRU");
            if (row.Key != "family")
                config.AsObject().Remove("family");
            config[row.Key] = row.Type == "a JSON object" ? 1 : new JsonObject();
            Assert.Contains($": {row.Key}: expected {row.Type}, found ", ErrorOf(config), StringComparison.Ordinal);

            config = Config("lstm", "", "torch.nn.LSTM");
            config.AsObject().Remove(row.Key);
            if (row.Default == "required")
                Assert.Contains($": {row.Key}: expected ", ErrorOf(config), StringComparison.Ordinal);
            else
                Import(config);
        }
    }

    /// <summary>The rows for a section of a family's manifest.</summary>
    private static IEnumerable<Row> Keys(string path, string family) => Reference
        .Where(section => section.Path == path && (section.Families.Count == 0 || section.Families.Contains(family)))
        .SelectMany(section => section.Rows);

    private static IEnumerable<(string Path, Row Row)> AllKeys(string family) =>
        from path in Reference.Select(section => section.Path).Distinct()
        where path is not (null or "constructor")
        from row in Keys(path, family)
        select (Join(path, row.Key), row);

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>A manifest of the family with every section.</summary>
    private static TestPackage Complete(string family)
    {
        JsonNode layers = FamilyPackages.Make(family).Manifest["layers"]!.DeepClone();
        return new TestPackage().Set("layers", layers);
    }

    private static string ErrorOf(string family, string path, JsonNode value) => ErrorOf(Complete(family).Set(path, value));

    private static string ErrorOf(TestPackage package) => Assert.Throws<ModelException>(() => Parse(package)).Message;

    private static ModelManifest Parse(TestPackage package) =>
        ModelManifest.Parse("model.json", Encoding.UTF8.GetBytes(package.Manifest.ToJsonString()));

    private static JsonObject Config(string family, string tag, string upstreamClass)
    {
        var constructor = new JsonObject { ["input_size"] = 7, ["hidden_size"] = 13 };
        if (family is "mingru" or "minlstm" or "gilr")
        {
            constructor["activation"] = "tanh";
            constructor["bias"] = true;
        }

        string repository = family switch
        {
            "sru" => "asappresearch/sru",
            "qrnn" => "salesforce/pytorch-qrnn",
            _ => "pytorch/pytorch",
        };
        return new JsonObject
        {
            ["family"] = family,
            ["upstream"] = new JsonObject { ["repo"] = repository, ["tag"] = tag },
            ["upstream_class"] = upstreamClass,
            ["constructor"] = constructor,
        };
    }

    private string ErrorOf(JsonNode config) => Assert.Throws<ModelException>(() => Import(config)).Message;

    private void Import(JsonNode config)
    {
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        UpstreamConfig.Load(_folder["config.json"], "weights.safetensors");
    }

    /// <summary>The keys that a reader lists when it refuses an unknown one.</summary>
    private static string[] KnownKeys(string message) =>
        [.. KnownKeyList().Match(message).Groups["keys"].Value.Split(", ").Where(key => key != Unknown)];

    private static List<Section> ReadReference()
    {
        var sections = new List<Section>();
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "docs", "models.md")))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
                sections.Add(new Section(line[4..]));
            else if (line.StartsWith("| `", StringComparison.Ordinal) && sections.Count > 0)
                sections[^1].Rows.Add(new Row([.. line.Split('|')[1..^1].Select(cell => cell.Trim())]));
        }

        return sections;
    }

    /// <summary>A table of the reference: its path in the file, and the families that have it, or none for all.</summary>
    private sealed class Section
    {
        public Section(string title)
        {
            Title = title;
            string[] quoted = [.. Quoted().Matches(title).Select(match => match.Groups[1].Value)];
            Path = title == "The root" ? "" : quoted.FirstOrDefault();
            Families = [.. quoted.Skip(1)];
        }

        public string Title { get; }

        public string? Path { get; }

        public IReadOnlyCollection<string> Families { get; }

        public List<Row> Rows { get; } = [];
    }

    private sealed record Row(string[] Cells)
    {
        public IEnumerable<string> Names => Quoted().Matches(Cells[0]).Select(match => match.Groups[1].Value);

        public string Key => Names.Single();

        public string Type => Cells[1].Replace("`", "", StringComparison.Ordinal);

        public string Default => Cells[2];
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("expected one of (?<keys>.*), found an unknown key")]
    private static partial Regex KnownKeyList();
}
