namespace EdgeRnn.Runtime.Models.Json;

/// <summary>The words by which a JSON file names the values of an enumeration.</summary>
internal sealed class Words<T>(params (string Word, T Value)[] pairs)
    where T : struct
{
    public bool TryParse(string word, out T value)
    {
        foreach ((string Word, T Value) pair in pairs)
        {
            if (pair.Word == word)
            {
                value = pair.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public string WordOf(T value) => pairs.First(pair => pair.Value.Equals(value)).Word;

    public override string ToString() => $"one of {string.Join(", ", pairs.Select(pair => pair.Word))}";
}
