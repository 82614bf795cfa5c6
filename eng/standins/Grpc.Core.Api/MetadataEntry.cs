using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key, kept in lower case, with its text or bytes.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <exception cref="ArgumentException">The key has a character that is not allowed, or the binary suffix.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = ValidKey(key, binary: false);
            _text = value;
        }

        /// <exception cref="ArgumentException">The key has a character that is not allowed, or lacks the binary suffix.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = ValidKey(key, binary: true);
            _bytes = [.. valueBytes];
        }

        public string Key { get; }

        public bool IsBinary => _bytes is not null;

        public string Value => _text ?? throw new InvalidOperationException($"Metadata entry '{Key}' is binary: it has no text.");

        /// <summary>A copy of the bytes, or the text in ASCII.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(Value) : [.. _bytes];

        public override string ToString() => IsBinary
            ? $"[Entry: key={Key}, valueBytes={Convert.ToHexString(ValueBytes)}]"
            : $"[Entry: key={Key}, value={Value}]";

        private static string ValidKey(string key, bool binary)
        {
            ArgumentNullException.ThrowIfNull(key);
            key = key.ToLowerInvariant();
            if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyCharacters))
                throw new ArgumentException($"Metadata key '{key}' may only have letters, digits and '_', '-', '.'.", nameof(key));
            if (key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal) != binary)
                throw new ArgumentException($"Metadata key '{key}': '{BinaryHeaderSuffix}' ends keys of bytes only.", nameof(key));
            return key;
        }
    }
}
