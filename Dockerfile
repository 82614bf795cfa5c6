# EdgeRnn's server for linux/amd64 and linux/arm64. The build runs on the builder's own architecture for either target:
#   docker buildx build --platform linux/amd64,linux/arm64 -t edgernn .
# The program is native, one file; with --build-arg PROGRAM=managed it is compiled just in time, by a .NET of its own.
# It serves the packages in /models, or the embedded model if there are none:
#   docker run --read-only --cap-drop=ALL -p 8000:8000 -p 8001:8001 -v ./models:/models:ro edgernn
# To bake models in: FROM edgernn, COPY models /models.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=true
# The linker of native programs, and what it needs for the other architecture.
RUN apt-get update && apt-get install -y --no-install-recommends clang lld zlib1g-dev \
    $([ "$(dpkg --print-architecture)" = arm64 ] || echo binutils-aarch64-linux-gnu gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
WORKDIR /source
COPY global.json Directory.* ./
COPY protos protos
COPY src src
ARG TARGETARCH
ARG PROGRAM=native
RUN case $PROGRAM in native) how=-p:PublishAot=true ;; managed) how="--self-contained -p:PublishReadyToRun=true" ;; \
      *) echo "PROGRAM: expected native or managed, found $PROGRAM"; exit 1 ;; esac; \
    dotnet publish src/EdgeRnn.Cli -c Release -a $TARGETARCH $how -p:DebugType=none -p:PublishDocumentationFiles=false -o /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
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
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s --retries=3 CMD ["/app/edgernn", "serve", "--health"]
ENTRYPOINT ["/app/edgernn", "serve"]
