// An ASP.NET Core app that serves streaming models beside pages of its own. Models, limits and ports are in appsettings.json.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddEdgeRnn();
builder.Services.AddEdgeRnnMonitoring();

WebApplication app = builder.Build();
app.MapGet("/", () => "Streams: gRPC. What they do: /edgernn");
app.MapEdgeRnn();
app.MapGroup("/edgernn").MapEdgeRnnMonitoring();
app.Run();
