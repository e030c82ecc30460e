# The program in an image without anything else: no shell, no package manager, nobody is root.
# `docker build -t restante .`; how to run it is in docs/deployment.md.
#
# What goes in is fixed by Cargo.lock and package-lock.json. The two base images are named by tag;
# whoever wants the very same bytes again names them by digest:
#   --build-arg RUST=docker.io/library/rust@sha256:… --build-arg NODE=docker.io/library/node@sha256:…
ARG RUST=docker.io/library/rust:1.95-bookworm
ARG NODE=docker.io/library/node:22-bookworm-slim

# The browser side.
FROM ${NODE} AS browser
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY static static
RUN node static/build.mjs static/dist

# The program, and the few files that it needs beside it.
FROM ${RUST} AS program
WORKDIR /src
COPY . .
COPY --from=browser /src/static/dist static/dist
# Its relocations packed, as glibc reads them since 2.36: two megabytes less to read and to keep.
RUN cargo rustc --locked --profile dist --bin restante -- -C link-arg=-Wl,-z,pack-relative-relocs
# Its libraries, the CA certificates and the time zones of the same Debian, under their own paths.
RUN set -eu; \
    root=/image; \
    mkdir -p "$root/etc/ssl/certs" "$root/usr/bin" "$root/usr/share" /owned/data; \
    cp target/dist/restante "$root/usr/bin/restante"; \
    ldd target/dist/restante | grep -o '/[^ ]*' | sort -u | \
        while read -r library; do cp -L --parents "$library" "$root"; done; \
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"; \
    cp -r /usr/share/zoneinfo "$root/usr/share/"; \
    rm -rf "$root/usr/share/zoneinfo/right" "$root/usr/share/zoneinfo/posix"; \
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"; \
    echo 'restante:x:10001:10001::/data:/nonexistent' > "$root/etc/passwd"; \
    echo 'restante:x:10001:' > "$root/etc/group"; \
    chmod 0700 /owned/data

FROM scratch
COPY --from=program /image/ /
COPY --from=program --chown=10001:10001 /owned/ /
# SQLite's large sorts go where there is room; everything else may be read-only. Threads share two
# heaps: one for each costs megabytes, and is no quicker here.
ENV RESTANTE_LISTEN=0.0.0.0:8080 \
    RESTANTE_DATA_DIR=/data \
    RESTANTE_LOG_FORMAT=json \
    SQLITE_TMPDIR=/data \
    MALLOC_ARENA_MAX=2
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/usr/bin/restante", "healthcheck"]
ENTRYPOINT ["/usr/bin/restante"]
CMD ["serve"]
