using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Input;

/// <summary>The header of a .npy file (NumPy Enhancement Proposal 1, versions 1 to 3).</summary>
/// <param name="Type">The element type: byte order, kind and bytes, such as &lt;f4.</param>
/// <param name="IsFortranOrder">Whether columns are stored one after the other, instead of rows.</param>
/// <param name="Shape">The shape.</param>
internal sealed partial record NpyHeader(string Type, bool IsFortranOrder, IReadOnlyList<long> Shape)
{
    private const int MaxLength = 1 << 16;

    /// <summary>The first bytes of every file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header; the elements follow.</summary>
    /// <exception cref="CliException">There is no such header.</exception>
    public static NpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
            throw new CliException($"{name}: expected an array that numpy.save wrote, found another file");
        if (start[6] is 0 or > 3)
            throw new CliException($"{name}: expected version 1, 2 or 3 of the format, found {start[6]}");
        Span<byte> size = stackalloc byte[start[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        stream.ReadAtLeast(size, size.Length, throwOnEndOfStream: false);
        uint length = size.Length == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaxLength)
            throw new CliException($"{name}: expected a header of at most {MaxLength} bytes, found {length}");
        byte[] text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw new CliException($"{name}: expected a header of {length} bytes, found the end of the file");
        return Parse(Encoding.UTF8.GetString(text), name);
    }

    private static NpyHeader Parse(string text, string name)
    {
        Match match = Dictionary().Match(text);
        if (!match.Success)
            throw new CliException($"{name}: expected a plain array of numbers, found {ForeignText.Show(text.Trim(), 80)}");
        var shape = new List<long>();
        foreach (string item in match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            shape.Add(long.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : throw new CliException($"{name}: shape: expected whole numbers, found {ForeignText.Show(item)}"));
        }

        return new NpyHeader(match.Groups["type"].Value, match.Groups["order"].Value == "True", shape);
    }

    // NumPy writes the keys of the dictionary in this order.
    [GeneratedRegex(
        @"^\{'descr': '(?<type>[^']*)', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[0-9, ]*)\),? *\}\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Dictionary();
}
