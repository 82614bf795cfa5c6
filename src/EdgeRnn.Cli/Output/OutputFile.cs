namespace EdgeRnn.Cli.Output;

/// <summary>The files that commands write.</summary>
internal static class OutputFile
{
    /// <summary>Creates a file or empties an existing one. The exclusive lock keeps it from overwriting the input.</summary>
    /// <exception cref="CliException">The file cannot be written.</exception>
    public static FileStream Create(string path)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                $"{path}: expected a writable file that is not open, as the input is, found: {e.Message}", ExitCodes.Failed, e);
        }
    }
}
