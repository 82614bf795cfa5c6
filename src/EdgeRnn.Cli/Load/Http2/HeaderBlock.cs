using System.Text;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>
/// Header fields on the wire (HPACK, RFC 7541), without a dynamic table: this side uses none and forbids the server to use one.
/// </summary>
internal static class HeaderBlock
{
    // Indexes of HPACK's static table.
    private const byte Authority = 1, Post = 3, Path = 4, Http = 6, Https = 7, ContentType = 31;
    private const int LastStatic = 61;
    private const byte Indexed = 0x80, Incremental = 0x40, TableSize = 0x20, Huffman = 0x80;

    /// <summary>The fields of a gRPC request.</summary>
    public static byte[] OfRequest(Uri server, string path)
    {
        using var block = new MemoryStream();
        block.WriteByte(Indexed | Post);
        block.WriteByte((byte)(Indexed | (server.Scheme == Uri.UriSchemeHttps ? Https : Http)));
        WriteField(block, Path, path);
        WriteField(block, Authority, server.Authority);
        WriteField(block, ContentType, "application/grpc");
        block.WriteByte(0);
        WriteText(block, "te");
        WriteText(block, "trailers");
        return block.ToArray();
    }

    /// <summary>
    /// Reads the fields with literal names, as gRPC's are; skips all others, and values that are Huffman-coded.
    /// </summary>
    /// <exception cref="InvalidDataException">The block is malformed, or refers to a dynamic table.</exception>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        Dictionary<string, string> fields = [];
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & Indexed) != 0)
            {
                RequireStatic(ReadNumber(ref block, 7));
            }
            else if ((first & (Incremental | TableSize)) == TableSize)
            {
                ReadNumber(ref block, 5);
            }
            else
            {
                int name = ReadNumber(ref block, (first & Incremental) != 0 ? 6 : 4);
                RequireStatic(name);
                string? literal = name == 0 ? ReadText(ref block) : null;
                string? value = ReadText(ref block);
                if (literal is not null && value is not null)
                    fields[literal] = value;
            }
        }

        return fields;
    }

    private static void WriteField(MemoryStream block, byte name, string value)
    {
        WriteNumber(block, name, 4);
        WriteText(block, value);
    }

    private static void WriteText(MemoryStream block, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        WriteNumber(block, bytes.Length, 7);
        block.Write(bytes);
    }

    private static void WriteNumber(MemoryStream block, int number, int prefixBits)
    {
        int max = (1 << prefixBits) - 1;
        if (number < max)
        {
            block.WriteByte((byte)number);
            return;
        }

        block.WriteByte((byte)max);
        for (number -= max; number >= 0x80; number >>= 7)
            block.WriteByte((byte)(number & 0x7f | 0x80));
        block.WriteByte((byte)number);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int max = (1 << prefixBits) - 1;
        int number = Next(ref block) & max;
        if (number < max)
            return number;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            byte next = Next(ref block);
            number += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return number;
        }

        throw new InvalidDataException("expected a number of at most 28 bits in a header field, found a longer one");
    }

    private static string? ReadText(ref ReadOnlySpan<byte> block)
    {
        bool isCoded = !block.IsEmpty && (block[0] & Huffman) != 0;
        int length = ReadNumber(ref block, 7);
        if (length > block.Length)
            throw new InvalidDataException("expected a whole header field, found a truncated one");
        string? text = isCoded ? null : Encoding.UTF8.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static byte Next(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
            throw new InvalidDataException("expected a whole header field, found a truncated one");
        byte next = block[0];
        block = block[1..];
        return next;
    }

    private static void RequireStatic(int index)
    {
        if (index > LastStatic)
            throw new InvalidDataException("expected an index of HPACK's static table, found one of the dynamic table");
    }
}
