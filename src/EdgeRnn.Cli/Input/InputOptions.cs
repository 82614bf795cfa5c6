using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeRnn.Cli.Input;

/// <summary>The options by which commands read frames.</summary>
internal sealed class InputOptions
{
    private readonly Option<string?> _tensor =
        CommonOptions.Text("--tensor", "NAME", "The tensor of a safetensors input; default: 'input', or the only one in the file");
    private readonly Option<IReadOnlyList<ColumnName>?> _columns = new("--columns")
    {
        Description = "CSV: the columns of a frame, by number from 1, range or name: 2-25 or x,y,z; default: all but the time's",
        HelpName = "LIST",
        CustomParser = result => ColumnName.ParseList(Only(result))
            ?? Refuse<IReadOnlyList<ColumnName>>(result, "--columns: expected numbers from 1, ranges or names, separated by commas"),
    };
    private readonly Option<ColumnName?> _time = new("--time")
    {
        Description = "CSV: the column of the time stamps, by number or name; they are written beside the results",
        HelpName = "COLUMN",
        CustomParser = result => ColumnName.Parse(Only(result)) ?? Refuse<ColumnName?>(result, "--time: expected a column's number or name"),
    };
    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        Description = "CSV: what separates cells: comma, semicolon, tab, space, or a character; default: found in the first line",
        HelpName = "NAME",
        CustomParser = result => DelimiterOf(Only(result))
            ?? Refuse<char?>(result, "--delimiter: expected comma, semicolon, tab, space or one character that no number has"),
    };
    private readonly Option<char?> _decimal = new("--decimal")
    {
        Description = "CSV: the decimal separator, point or comma; default: the first one that a number has",
        HelpName = "NAME",
        CustomParser = result => Only(result) switch
        {
            "point" or "." => '.',
            "comma" or "," => ',',
            _ => Refuse<char?>(result, "--decimal: expected point or comma"),
        },
    };
    private readonly Option<string> _header = new Option<string>("--header")
    {
        Description = "CSV: whether the first line has names; auto: if every cell is a text, or they count the columns",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("yes", "no", "auto");
    private readonly Option<string> _badLines = new Option<string>("--on-bad-line")
    {
        Description = "CSV: what a line that cannot be read leads to: an error, no frame, or the values of the line before",
        HelpName = "NAME",
        DefaultValueFactory = _ => "stop",
    }.AcceptOnlyFromAmong("stop", "skip", "hold");

    public void AddTo(Command command)
    {
        foreach (Option option in (IEnumerable<Option>)[_tensor, .. CsvOptions])
            command.Options.Add(option);
    }

    /// <summary>Opens a file of frames by its extension; "-" is CSV from standard input.</summary>
    /// <param name="otherwise">The format of a file whose extension tells none.</param>
    /// <exception cref="CliException">An option is for inputs of another format, or there is no such file.</exception>
    /// <exception cref="Runtime.Models.ModelException">A file of tensors cannot be read.</exception>
    public FrameInput Open(ParseResult parsed, string path, FrameFile otherwise, Terminal terminal)
    {
        FrameFile format = FrameFiles.Of(path) is var known and not FrameFile.Unknown ? known : otherwise;
        if (format != FrameFile.Safetensors)
            Refuse(parsed, _tensor, path, "a .safetensors input");
        if (format == FrameFile.Csv)
            return OpenCsv(path, Read(parsed), terminal);
        foreach (Option option in CsvOptions)
            Refuse(parsed, option, path, "a CSV input");
        return format == FrameFile.Npy
            ? NpyFrameInput.Open(path, terminal)
            : TensorFrameInput.Open(path, parsed.GetValue(_tensor), "input", terminal);
    }

    private IEnumerable<Option> CsvOptions => [_columns, _time, _delimiter, _decimal, _header, _badLines];

    private static CsvFrameInput OpenCsv(string path, CsvOptions options, Terminal terminal) => path == "-"
        ? new CsvFrameInput("standard input", terminal.Input, options, terminal)
        : CsvFrameInput.Open(path, options, terminal);

    private CsvOptions Read(ParseResult parsed) => new()
    {
        Columns = parsed.GetValue(_columns),
        Time = parsed.GetValue(_time),
        Delimiter = parsed.GetValue(_delimiter),
        Decimal = parsed.GetValue(_decimal),
        HasHeader = parsed.GetValue(_header) switch { "yes" => true, "no" => false, _ => null },
        BadLines = Enum.Parse<BadLinePolicy>(parsed.GetValue(_badLines)!, ignoreCase: true),
    };

    private static void Refuse(ParseResult parsed, Option option, string path, string expected)
    {
        if (parsed.GetResult(option) is { Implicit: false })
            throw new CliException($"{option.Name}: expected {expected}, found '{path}'", ExitCodes.WrongUse);
    }

    private static char? DelimiterOf(string text) => text switch
    {
        "comma" => ',',
        "semicolon" => ';',
        "tab" or "\t" or "\\t" => '\t',
        "space" => ' ',
        [var c] when !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '+' or '"' or '#') && !char.IsControl(c) => c,
        _ => null,
    };

    private static string Only(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError($"{message}, found '{Only(result)}'");
        return default;
    }
}
