namespace EdgeRnn.Cli.Output;

/// <summary>Files that commands write.</summary>
internal static class OutputFile
{
    /// <summary>Creates a file, or empties one that nobody has open: the lock is exclusive, so that an input stays.</summary>
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
                $"{path}: expected a file that can be written and is not open, as the input is, found: {e.Message}", ExitCodes.Failed, e);
        }
    }
}
