using System.Text.Json;

namespace EdgeRnn.Runtime.Models.Json;

/// <summary>
/// One object of a JSON file, read strictly: the reader asks for every value by key, type and range, and <see cref="End"/> refuses all
/// other keys. Every error names file and key. A null value counts as absent.
/// </summary>
internal sealed class JsonSection
{
    private const int MaxDepth = 16;
    private const int MaxShown = 80;
    private readonly string _file;
    private readonly string _path;
    private readonly JsonElement _element;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private JsonSection(string file, string path, JsonElement element)
    {
        _file = file;
        _path = path;
        _element = element;
        if (element.ValueKind != JsonValueKind.Object)
            throw Error(null, "a JSON object", Describe(element));
    }

    /// <summary>Parses a whole file and hands its root object to <paramref name="read"/>.</summary>
    public static T Parse<T>(string file, ReadOnlyMemory<byte> json, Func<JsonSection, T> read)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(json, options);
            return read(new JsonSection(file, "", document.RootElement));
        }
        // InvalidOperationException: JsonDocument detects invalid UTF-8 in a text only when the text is read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelException($"{file}: expected valid JSON, found: {e.Message}", e);
        }
    }

    public IEnumerable<string> Keys => _element.EnumerateObject().Select(property => property.Name);

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Accepts keys without reading them.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            _known.Add(key);
    }

    public int Integer(string key, int min, int max, int? absent = null)
    {
        if (Find(key) is not { } value)
            return absent ?? throw Missing(key, $"an integer from {min} to {max}");
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= min && number <= max)
            return number;
        throw Error(key, $"an integer from {min} to {max}", Describe(value));
    }

    /// <summary>A finite number greater than zero; null if absent.</summary>
    public double? PositiveNumber(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && number > 0)
            return number;
        throw Error(key, "a finite number greater than 0", Describe(value));
    }

    /// <summary>A number from 0 to below 1 that is below 1 as a float, too.</summary>
    public double Fraction(string key, double absent)
    {
        if (Find(key) is not { } value)
            return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= 0 && (float)number < 1)
            return number;
        throw Error(key, "a number from 0 to below 1", Describe(value));
    }

    /// <summary>true or false, or 1 or 0 as Python programs write them.</summary>
    public bool Boolean(string key, bool? absent = null)
    {
        if (Find(key) is not { } value)
            return absent ?? throw Missing(key, "true or false");
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when value.TryGetInt32(out int number) && number is 0 or 1 => number == 1,
            _ => throw Error(key, "true or false", Describe(value)),
        };
    }

    public string Text(string key, int maxLength, string? absent = null)
    {
        if (Find(key) is not { } value)
            return absent ?? throw Missing(key, "a text");
        return TextOf(key, value, maxLength);
    }

    /// <summary>Every value that is a text, in one reading of the section.</summary>
    public IEnumerable<(string Key, string Text)> TextValues() => _element.EnumerateObject()
        .Where(property => property.Value.ValueKind == JsonValueKind.String).Select(property => (property.Name, property.Value.GetString()!));

    /// <summary>One of a fixed set of words.</summary>
    public T OneOf<T>(string key, Words<T> words, T? absent = null)
        where T : struct
    {
        if (Find(key) is not { } value)
            return absent ?? throw Missing(key, words.ToString());
        if (value.ValueKind == JsonValueKind.String && words.TryParse(value.GetString()!, out T found))
            return found;
        throw Error(key, words.ToString(), Describe(value));
    }

    public IReadOnlyList<string> Texts(string key, int maxCount, int maxLength) =>
        Items(key, maxCount, "texts", (name, item) => TextOf(name, item, maxLength));

    public IReadOnlyList<int> Integers(string key, int maxCount, int min, int max) => Items(key, maxCount, "integers", (name, item) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Error(name, $"an integer from {min} to {max}", Describe(item)));

    public IReadOnlyList<long> Lengths(string key, int maxCount) => Items(key, maxCount, "integers", (name, item) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0
            ? number
            : throw Error(name, "an integer from 0", Describe(item)));

    public bool IsArray(string key) => Find(key) is { ValueKind: JsonValueKind.Array };

    public JsonSection Section(string key) =>
        OptionalSection(key) ?? throw Missing(key, "a JSON object");

    public JsonSection? OptionalSection(string key) =>
        Find(key) is { } value ? new JsonSection(_file, PathOf(key), value) : null;

    /// <summary>Every value that is an object, in one reading of the section: looking each key up would take time squared.</summary>
    public IEnumerable<(string Key, JsonSection Section)> Sections()
    {
        foreach (JsonProperty property in _element.EnumerateObject())
            yield return (property.Name, new JsonSection(_file, PathOf(property.Name), property.Value));
    }

    /// <summary>Refuses every key that the reader has not asked for.</summary>
    public void End()
    {
        if (Unknown().FirstOrDefault() is { } key)
            throw UnknownKey(key);
    }

    /// <summary>The keys that the reader has not asked for. One that is nearly a known key is refused: it was probably meant.</summary>
    public IReadOnlyList<string> EndWithOthers()
    {
        List<string> others = [.. Unknown()];
        if (others.Find(key => NearestName.Of(key, _known) is not null) is { } nearMiss)
            throw UnknownKey(nearMiss);
        return others;
    }

    private IEnumerable<string> Unknown() => Keys.Where(key => !_known.Contains(key));

    private ModelException UnknownKey(string key) => Error(
        key, $"one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}", $"an unknown key{NearestName.Hint(key, _known)}");

    public ModelException Error(string? key, string expected, string found) =>
        new($"{_file}: {(key is null ? _path.Length == 0 ? "root" : _path : PathOf(key))}: expected {expected}, found {found}");

    private ModelException Missing(string key, string expected) => Error(key, expected, "nothing");

    private string PathOf(string key) => _path.Length == 0 ? Shorten(key) : $"{_path}.{Shorten(key)}";

    private JsonElement? Find(string key)
    {
        _known.Add(key);
        return _element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Empty if the key is absent.</summary>
    private List<T> Items<T>(string key, int maxCount, string kind, Func<string, JsonElement, T> read)
    {
        if (Find(key) is not { } array)
            return [];
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > maxCount)
            throw Error(key, $"an array of at most {maxCount} {kind}", Describe(array));
        return array.EnumerateArray().Select((item, i) => read($"{key}[{i}]", item)).ToList();
    }

    private string TextOf(string key, JsonElement value, int maxLength)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length <= maxLength)
            return text;
        throw Error(key, $"a text of at most {maxLength} characters", Describe(value));
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"an array of {value.GetArrayLength()}",
        JsonValueKind.Object => "an object",
        _ => Shorten(value.GetRawText()),
    };

    private static string Shorten(string text) => ForeignText.Show(text, MaxShown);
}
