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

        string running = await _server!.RunSensorAsync(seed: 1);
        ILocator rows = page.GetByRole(AriaRole.Table, new() { Name = "Open streams" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(1);
        string stalled = await _server.StallSensorAsync(seed: 2);
        await _server.RunSensorAsync(seed: 3);
        await Expect(rows).ToHaveCountAsync(3);

        ILocator silent = rows.Filter(new() { HasText = stalled });
        await Expect(silent).ToHaveClassAsync("silent");
        await Expect(silent.Locator(".pill")).ToContainTextAsync("silent for");
        ILocator active = rows.Filter(new() { HasText = running });
        await Expect(active.Locator(".pill")).ToHaveTextAsync("active");
        await Expect(active.Locator(".result .value")).ToContainTextAsync("%");
        await Expect(active.Locator(".spark rect")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("#streams-note")).ToHaveTextAsync("2 active · 1 silent");
        await Expect(page.Locator("#latency-rows tr")).ToHaveCountAsync(4);
        await Expect(page.Locator("#latency-rows tr").Last).ToContainTextAsync("ms");
        await Expect(page.Locator("#block-rows tr")).Not.ToHaveCountAsync(0);

        await ShootAsync(page, "live-light.png");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ShootAsync(page, "live-dark.png");
        Assert.Empty(_complaints);
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_OnAPhone_FitsItsWidth()
    {
        await _server!.RunSensorAsync(seed: 4);
        await _server.StallSensorAsync(seed: 5);
        IPage page = await OpenAsync(new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            DeviceScaleFactor = 2,
            IsMobile = true,
            ColorScheme = ColorScheme.Dark,
        });
        await Expect(page.Locator("#stream-rows tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#stream-rows tr .result .value").Last).ToContainTextAsync("%");

        await ShootAsync(page, "live-phone.png", fullPage: false);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "too wide");
        Assert.True(
            await page.Locator("#streams-table").EvaluateAsync<bool>(
                "table => { table.querySelector('.pill').textContent = 'silent for 59 min'; return table.scrollWidth <= table.clientWidth; }"),
            "a stream that is silent for long is too wide");
        Assert.Empty(_complaints);
    }

    [ToolFact("chromium", Chromium, "--version")]
    public async Task Page_ServerGone_ShowsThatThereIsNoConnection()
    {
        IPage page = await OpenAsync(new());
        await Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        _server!.Kill();
        await Expect(page.Locator("#connection")).ToContainTextAsync("no connection");
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
