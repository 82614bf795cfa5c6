namespace EdgeRnn.Cli.Doctor;

/// <summary>Formats quantities for people.</summary>
internal static class Quantity
{
    public static string Bytes(double bytes) => bytes switch
    {
        >= 1e9 => FormattableString.Invariant($"{bytes / 1e9:0.0} GB"),
        >= 1e6 => FormattableString.Invariant($"{bytes / 1e6:0.0} MB"),
        >= 1e3 => FormattableString.Invariant($"{bytes / 1e3:0.0} kB"),
        _ => FormattableString.Invariant($"{bytes:0} B"),
    };
}
