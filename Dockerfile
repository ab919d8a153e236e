# The program is one static binary; the image holds nothing else that could run.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=docker
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /smoothschedule ./cmd/smoothschedule \
    && mkdir -p /data/mail /made/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /smoothschedule /smoothschedule
COPY --from=build --chown=65532:65532 /data /data
# Where a large upload waits while it is read.
COPY --from=build --chown=65532:65532 /made/tmp /tmp
USER 65532:65532
ENV DATA_DIR=/data ADDR=:8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/smoothschedule", "health"]
ENTRYPOINT ["/smoothschedule"]
CMD ["serve"]
