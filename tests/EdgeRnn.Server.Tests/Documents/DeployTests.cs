using System.Text.RegularExpressions;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>What deploy/ scrapes, asks and alerts on is what the server has: manifests, rules, dashboard and metrics together.</summary>
public sealed partial class DeployTests
{
    private static readonly string Rules = Read("prometheus/edgernn.rules.yml");
    private static readonly string RuleTests = Read("prometheus/edgernn_test.yml");
    private static readonly string Dashboard = Read("grafana/dashboards/edgernn.json").Replace("\\\"", "\"", StringComparison.Ordinal);

    [Fact]
    public void Metrics_OfRulesAndDashboard_Exist()
    {
        string[] known = [.. typeof(MetricNames).GetFields().Select(name => ((string)name.GetRawConstantValue()!).Replace('.', '_'))];
        foreach (string used in Matches(MetricName(), Rules + RuleTests + Dashboard))
            Assert.True(known.Contains(Suffix().Replace(used, "")), $"no instrument is {used}");
    }

    [Fact]
    public void LabelValues_OfRulesAndDashboard_AreThoseOfTheMetrics()
    {
        var known = new Dictionary<string, string[]>
        {
            ["reason"] = [.. MetricTag<SessionEnd>.All, .. MetricTag<RefusalReason>.All, .. MetricTag<BlockReason>.All],
            ["state"] = [.. MetricTag<SessionActivity>.All],
            ["policy"] = [.. MetricTag<OverloadPolicy>.All],
            ["stage"] = Constants(typeof(MetricNames.Stages)),
            ["outcome"] = Constants(typeof(MetricNames.Outcomes)),
            ["queue"] = Constants(typeof(MetricNames.Queues)),
            ["share"] = Constants(typeof(MetricNames.Shares)),
        };
        int seen = 0;
        foreach (Match matcher in LabelMatcher().Matches(Rules + RuleTests + Dashboard))
        {
            if (!known.TryGetValue(matcher.Groups[1].Value, out string[]? values) || matcher.Groups[2].Value.StartsWith('$'))
                continue;
            foreach (string value in matcher.Groups[2].Value.Split('|'))
                Assert.True(values.Contains(value), $"{matcher.Groups[1].Value} is never {value}");
            seen++;
        }

        Assert.True(seen > 10);
    }

    [Fact]
    public void Jobs_OfTheManifests_AreThoseThatRulesAndDashboardAskFor()
    {
        string monitor = Read("kubernetes/podmonitor.yaml"), deployment = Read("kubernetes/deployment.yaml");
        string jobLabel = Only(JobLabel(), monitor);
        string[] jobs =
        [
            Only(JobName(), Read("prometheus/prometheus.yml")),
            // The operator takes the label's value from the pods, and without the label calls a job namespace/name.
            Only(new Regex($@"template:\s+metadata:\s+labels: \{{{Regex.Escape(jobLabel)}: ([\w-]+)\}}"), deployment),
            $"{Only(ResourceName(), Read("kubernetes/namespace.yaml"))}/{Only(ResourceName(), monitor)}",
        ];
        string[] asked = [.. Matches(JobMatcher(), Rules + Dashboard)];
        Assert.NotEmpty(asked);
        Assert.All(asked, matcher => Assert.All(jobs, job => Assert.Matches($"^({matcher})$", job)));
        Assert.Contains($"name: {Only(MonitorPort(), monitor)}, containerPort:", deployment, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_Each_AreTestedWithASeriesThatBeginsLate()
    {
        IEnumerable<string> tests = RuleTests.Split("input_series:").Where(test => test.Contains("alert_rule_test:", StringComparison.Ordinal));
        string[] late = [.. tests.Where(test => !SeriesFromTheStart().IsMatch(test.Split("alert_rule_test:")[0]))];
        Assert.NotEmpty(late);
        foreach (string alert in Matches(AlertName(), Rules))
        {
            Assert.True(
                late.Any(test => Regex.IsMatch(test, $@"alertname: {alert}\s+exp_alerts:")), $"{alert} has no test whose series begin late");
        }
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, "deploy", path));

    private static string[] Constants(Type type) => [.. type.GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    private static IEnumerable<string> Matches(Regex regex, string text) => regex.Matches(text).Select(match => match.Groups[1].Value).Distinct();

    private static string Only(Regex regex, string text) => Assert.Single(Matches(regex, text));

    [GeneratedRegex(@"\b(edgernn_[a-z_]+)(?=[\s{\[)])")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"(_(bytes|seconds|joules|watts))?(_(total|bucket|sum|count))?$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\b([a-z_]+)=~?""([^""]+)""")]
    private static partial Regex LabelMatcher();

    [GeneratedRegex(@"job=~""([^""]+)""")]
    private static partial Regex JobMatcher();

    [GeneratedRegex(@"job_name: (\S+)")]
    private static partial Regex JobName();

    [GeneratedRegex(@"jobLabel: (\S+)")]
    private static partial Regex JobLabel();

    [GeneratedRegex(@"metadata:\s+name: (\S+)")]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"port: (\S+)")]
    private static partial Regex MonitorPort();

    [GeneratedRegex(@"alert: (\S+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"values: ""?[^_\s""]")]
    private static partial Regex SeriesFromTheStart();
}
