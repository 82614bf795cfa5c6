# EdgeRnn's server for linux/amd64 and linux/arm64. The build runs on the builder's own architecture for either target:
#   docker buildx build --platform linux/amd64,linux/arm64 -t edgernn .
# It serves the packages in /models, or the embedded model if there are none:
#   docker run --read-only --cap-drop=ALL -p 8000:8000 -p 8001:8001 -v ./models:/models:ro edgernn
# To bake models in: FROM edgernn, COPY models /models.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=true
WORKDIR /source

# Project files first: the restored packages stay cached while only sources change.
COPY global.json Directory.* ./
COPY src/EdgeRnn.Cli/*.csproj src/EdgeRnn.Cli/
COPY src/EdgeRnn.Client/*.csproj src/EdgeRnn.Client/
COPY src/EdgeRnn.Kernels/*.csproj src/EdgeRnn.Kernels/
COPY src/EdgeRnn.Protocol/*.csproj src/EdgeRnn.Protocol/
COPY src/EdgeRnn.Runtime/*.csproj src/EdgeRnn.Runtime/
COPY src/EdgeRnn.Server/*.csproj src/EdgeRnn.Server/
RUN dotnet restore src/EdgeRnn.Cli -a $TARGETARCH -p:PublishReadyToRun=true

COPY protos protos
COPY src src
RUN dotnet publish src/EdgeRnn.Cli --no-restore -c Release -a $TARGETARCH --self-contained false -o /app \
    -p:UseAppHost=false -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReadyToRun=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
LABEL org.opencontainers.image.title="EdgeRnn" \
      org.opencontainers.image.description="Streaming inference of recurrent networks over gRPC, for edge devices" \
      org.opencontainers.image.licenses="Apache-2.0"
# The root may be read-only because nothing is written; the runtime's diagnostics would need a socket in /tmp. The garbage collector's
# settings and the message limit suit a small device: a session is admitted only if its largest messages fit too. The base image's port
# variable is cleared because EdgeRnn has its own options for ports.
ENV EDGERNN__LISTEN=* \
    EDGERNN__MODELS=/models \
    EDGERNN__EMBEDDEDIFEMPTY=true \
    EDGERNN__HOSTS=* \
    EDGERNN__MAXMESSAGEBYTES=65536 \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0 \
    DOTNET_GCConserveMemory=5 \
    DOTNET_GCHighMemPercent=0x50
COPY --from=build /app /app
WORKDIR /app
USER $APP_UID
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s --retries=3 CMD ["dotnet", "edgernn.dll", "serve", "--health"]
ENTRYPOINT ["dotnet", "edgernn.dll", "serve"]
