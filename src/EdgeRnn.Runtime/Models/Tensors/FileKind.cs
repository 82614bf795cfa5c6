using System.Text;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>Recognizes what a file is that should have been a safetensors file, by its first bytes.</summary>
internal static class FileKind
{
    private const int PeekedBytes = 512;

    private static readonly (byte[] Start, string Kind)[] Starts =
    [
        ("PK\u0003\u0004"u8.ToArray(), "a zip archive, as torch.save writes it: edgernn import takes it, a package needs safetensors"),
        ([0x80, 0x02], "a pickle, as torch.save wrote it before PyTorch 1.6: load it in PyTorch and save the state dict as safetensors"),
        ([0x80, 0x03], "a pickle: load it in Python and save the state dict as safetensors"),
        ([0x80, 0x04], "a pickle: load it in Python and save the state dict as safetensors"),
        ([0x80, 0x05], "a pickle: load it in Python and save the state dict as safetensors"),
        ([0x1f, 0x8b], "a gzip file: unpack it first"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz file: unpack it first"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a zstd file: unpack it first"),
        ("BZh"u8.ToArray(), "a bzip2 file: unpack it first"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file, as Keras writes it"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], "a NumPy array"),
        ("GGUF"u8.ToArray(), "a GGUF file"),
        ("%PDF"u8.ToArray(), "a PDF file"),
    ];

    /// <summary>What the file is instead, in words; null if it is not recognized.</summary>
    public static string? Recognize(ByteSource source)
    {
        Span<byte> peeked = stackalloc byte[(int)Math.Min(PeekedBytes, source.Length)];
        source.Read(0, peeked);
        foreach ((byte[] start, string kind) in Starts)
        {
            if (peeked.StartsWith(start))
                return kind;
        }

        string text = Encoding.Latin1.GetString(peeked).TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\t', '\r', '\n');
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal))
            return $"a Git LFS pointer{LfsSize(text)}: the file itself was not downloaded; run git lfs pull";
        if (text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return "an HTML page, such as the sign-in or error page of the site that it was downloaded from";
        if (text.StartsWith("<?xml", StringComparison.Ordinal))
            return "an XML file, such as the error page of the store that it was downloaded from";
        return text.StartsWith('{') ? "JSON text" : null;
    }

    private static string LfsSize(string text)
    {
        const string Key = "\nsize ";
        int at = text.IndexOf(Key, StringComparison.Ordinal);
        string digits = at < 0 ? "" : new string([.. text[(at + Key.Length)..].TakeWhile(char.IsAsciiDigit).Take(20)]);
        return digits.Length == 0 ? "" : $" to a file of {digits} bytes";
    }
}
