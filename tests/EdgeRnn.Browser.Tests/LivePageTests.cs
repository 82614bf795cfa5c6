using System.Text.RegularExpressions;
using EdgeRnn.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EdgeRnn.Browser.Tests;

/// <summary>
/// The live page in a real Chromium. Screenshots go to the folder that EDGERNN_SCREENSHOTS names, taken after EDGERNN_SCREENSHOT_SECONDS,
/// which is how those in <c>docs/images</c> are made; without it, beside the tests.
/// </summary>
public sealed class LivePageTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const float MaxWaitMilliseconds = 60_000;

    private readonly List<string> _complaints = [];
    private DemoServer? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string Screenshots => Environment.GetEnvironmentVariable("EDGERNN_SCREENSHOTS") is { Length: > 0 } folder
        ? Path.Combine(Repository.Root, folder)
        : Path.Combine(AppContext.BaseDirectory, "screenshots");

    private static TimeSpan ScreenshotDelay =>
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("EDGERNN_SCREENSHOT_SECONDS"), out int seconds) ? seconds : 3);

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"], Timeout = MaxWaitMilliseconds });
        _server = await DemoServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_WithStreams_ListsThemAndFlagsTheStalledOne()
    {
        IPage page = await OpenAsync(new() { ViewportSize = new() { Width = 1180, Height = 900 }, ColorScheme = ColorScheme.Light });
        await Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        await Expect(page.Locator("#no-streams")).ToBeVisibleAsync();
        await Expect(page.Locator("#models summary")).ToContainTextAsync("machine-vibration");

        await _server!.RunSensorAsync(seed: 1, "pump-1");
        ILocator rows = page.GetByRole(AriaRole.Table, new() { Name = "Open streams" }).Locator("tbody");
        await Expect(rows).ToHaveCountAsync(1);
        string stalled = await _server.StallSensorAsync(seed: 2, "pump-2");
        string slow = await _server.RunSensorAsync(seed: 3, rate: 2);
        await Expect(rows).ToHaveCountAsync(3);

        ILocator silent = rows.Filter(new() { HasText = "pump-2" });
        await Expect(silent).ToContainTextAsync(stalled);
        await Expect(silent.Locator("tr").First).ToHaveClassAsync("silent");
        await Expect(silent.Locator(".pill")).ToContainTextAsync("silent for");
        ILocator active = rows.Filter(new() { HasText = "pump-1" });
        await Expect(active.Locator(".pill")).ToHaveTextAsync("active");
        await Expect(active.Locator(".result .value")).ToContainTextAsync("%");
        await Expect(active.Locator(".spark rect")).Not.ToHaveCountAsync(0);
        await Expect(rows.Filter(new() { HasText = slow }).Locator(".pill")).ToHaveTextAsync("active");
        await Expect(page.Locator("#streams-note")).ToHaveTextAsync("2 active · 1 silent");
        await Expect(page.Locator("#misses-note")).ToContainTextAsync("with a budget");
        await Expect(page.Locator("#latency-rows tr")).ToHaveCountAsync(4);
        await Expect(page.Locator("#latency-rows tr").Last).ToContainTextAsync("ms");
        await Expect(page.Locator("#block-rows tr")).Not.ToHaveCountAsync(0);

        await ShootAsync(page, "live-light.png");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ShootAsync(page, "live-dark.png");
        Assert.Empty(_complaints);
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_StreamsWithTrouble_SaysWhichAndKeepsItWhenReloaded()
    {
        await _server!.RunSensorAsync(seed: 1, "healthy");
        await _server.OverloadSensorAsync("slow", OverloadPolicy.Block);
        await _server.OverloadSensorAsync("flooded", OverloadPolicy.Reject);
        await _server.StallSensorAsync(seed: 2, "quiet");
        await _server.FailSensorAsync(seed: 3, "broken");
        await _server.EndSensorAsync(seed: 4, "done");
        await _server.RefuseSensorAsync("lost");
        await _server.RefuseSensorAsync("lost");
        IPage page = await OpenAsync(new() { ViewportSize = new() { Width = 1180, Height = 900 }, ColorScheme = ColorScheme.Light });
        for (int visit = 0; visit < 2; visit++)
        {
            ILocator rows = page.GetByRole(AriaRole.Table, new() { Name = "Open streams" }).Locator("tbody");
            await Expect(rows.Filter(new() { HasText = "healthy" }).Locator(".pill")).ToHaveTextAsync("active");
            await Expect(rows.Filter(new() { HasText = "slow" }).Locator(".pill")).ToHaveTextAsync("late");
            await Expect(rows.Filter(new() { HasText = "flooded" }).Locator(".pill")).ToHaveTextAsync("dropping");
            await Expect(rows.Filter(new() { HasText = "quiet" }).Locator(".pill")).ToContainTextAsync("silent for");
            await Expect(rows.First).ToContainTextAsync("flooded");

            ILocator ended = page.Locator("#ended-rows tr");
            await Expect(ended).ToHaveCountAsync(3);
            await Expect(ended.Nth(0)).ToContainTextAsync("refused 2 times");
            await Expect(ended.Nth(0)).ToContainTextAsync("expected one of machine-vibration, found 'no-such-model'");
            await Expect(ended.Filter(new() { HasText = "done" }).Locator(".pill")).ToHaveTextAsync("ended");
            await Expect(ended.Filter(new() { HasText = "broken" }).Locator(".pill")).ToHaveTextAsync("failed");
            await Expect(ended.Filter(new() { HasText = "broken" })).ToContainTextAsync("expected finite values");
            // The course of the minutes before the visit comes from the server.
            await Expect(page.Locator("#rate-chart path")).ToHaveAttributeAsync("d", new Regex("M"));
            await page.ReloadAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "healthy" }).ClickAsync();
        ILocator detail = page.Locator(".detail:not([hidden])");
        await Expect(detail.Locator(".outputs-chart .legend-item")).Not.ToHaveCountAsync(0);
        await Expect(detail.Locator(".outputs-chart path").First).ToHaveAttributeAsync("d", new Regex("M"));
        await Expect(detail.Locator(".stages-chart .legend-item")).ToHaveCountAsync(4);
        await Expect(detail.Locator("dl")).ToContainTextAsync("budget 100 ms");
        Assert.Empty(_complaints);
        foreach ((int width, string size) in ((int, string)[])[(1180, "wide"), (768, "tablet"), (320, "small")])
        {
            await page.SetViewportSizeAsync(width, 800);
            await FitsAsync(page);
            foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await ShootAsync(page, $"trouble-{size}-{scheme}.png");
            }
        }
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_BrokenPackage_IsNamed()
    {
        await using DemoServer server = await DemoServer.StartAsync(withBrokenPackage: true);
        IPage page = await (await _browser!.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(server.Page.ToString());
        await Expect(page.Locator("#broken")).ToContainTextAsync("Not served: pump-model.");
        await Expect(page.Locator("#models summary")).ToContainTextAsync("machine-vibration");
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_OnAPhone_FitsItsWidth()
    {
        await _server!.RunSensorAsync(seed: 4, "a-sensor-with-a-name-as-long-as-a-name-may-be-which-is-64-letter");
        await _server.StallSensorAsync(seed: 5);
        await _server.FailSensorAsync(seed: 6, "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww");
        IPage page = await OpenAsync(new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            DeviceScaleFactor = 2,
            IsMobile = true,
            ColorScheme = ColorScheme.Dark,
        });
        await Expect(page.Locator("#streams-table tbody")).ToHaveCountAsync(2);
        await Expect(page.Locator("#streams-table tbody .result .value").Last).ToContainTextAsync("%");

        await ShootAsync(page, "live-phone.png", fullPage: false);
        await FitsAsync(page);
        await page.SetViewportSizeAsync(320, 640);
        await FitsAsync(page);
        Assert.True(
            await page.Locator("#streams-table").EvaluateAsync<bool>(
                "table => { table.querySelector('.pill').textContent = 'silent for 59 min'; return table.scrollWidth <= table.clientWidth; }"),
            "a stream that is silent for long is too wide");
        Assert.Empty(_complaints);
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_ServerGone_ShowsSinceWhenThereIsNoConnection()
    {
        IPage page = await OpenAsync(new());
        await Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        await Expect(page.Locator("#lost")).ToBeHiddenAsync();
        _server!.Kill();
        await Expect(page.Locator("#connection")).ToHaveTextAsync("no connection");
        await Expect(page.Locator("#lost")).ToContainTextAsync(new Regex(@"No connection since \d\d:\d\d"));
        await Expect(page).ToHaveTitleAsync("No connection – EdgeRnn");
        await ShootAsync(page, "lost.png", fullPage: false);
    }

    /// <summary>Nothing is wider than the screen.</summary>
    private static async Task FitsAsync(IPage page)
    {
        string wide = await page.EvaluateAsync<string>("""
            [...document.querySelectorAll('body *')]
                .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !one.closest('.unseen, svg'))
                .map(one => one.outerHTML.slice(0, 100)).join('\n')
            """);
        Assert.True(wide.Length == 0, wide);
    }

    /// <summary>Opens the page and records what the browser complains about, above all breaches of the content policy.</summary>
    private async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        IBrowserContext context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(MaxWaitMilliseconds);
        SetDefaultExpectTimeout(MaxWaitMilliseconds);
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_server!.Page.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _complaints.Add($"asked {request.Url}");
        };
        await page.GotoAsync(_server!.Page.ToString());
        return page;
    }

    private static async Task ShootAsync(IPage page, string name, bool fullPage = true)
    {
        await page.WaitForTimeoutAsync((float)ScreenshotDelay.TotalMilliseconds);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, name), FullPage = fullPage });
    }
}
