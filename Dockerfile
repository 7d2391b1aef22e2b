# An image per tier, made of the same bundles that `eb deploy` uploads:
#   npm run bundle -- web --arch x86_64 && docker build --target web -t tendril-web .
#   npm run bundle -- worker --arch x86_64 && docker build --target worker -t tendril-worker .
# (arm64 for images of that architecture). docs/deploy.md says how they are run, and what of it was tried.

# glibc of Debian 12 (2.36), newer than that of Amazon Linux 2023, for which the modules are made.
FROM node:24-bookworm-slim AS node

FROM busybox:1.37 AS web-files
COPY dist/web.zip /bundle.zip
COPY --chmod=755 docker/unpack.sh /unpack.sh
RUN /unpack.sh

FROM busybox:1.37 AS worker-files
COPY dist/worker.zip /bundle.zip
COPY --chmod=755 docker/unpack.sh /unpack.sh
RUN /unpack.sh

FROM node AS base
ENV NODE_ENV=production PORT=8080 RDS_CA=certificates/rds.pem
WORKDIR /app
EXPOSE 8080
# Asks as the load balancer does: it looks at nothing outside the process.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Nothing in /app is the user's, so nothing of it can be changed, read-only or not; it writes to /tmp alone.
USER node
# SIGTERM comes to node itself: it ends within 25 s.
STOPSIGNAL SIGTERM
CMD ["node", "src/main.js"]

FROM base AS web
# All addresses of the container, which nobody else is in.
ENV LISTEN_ADDRESS=0.0.0.0
COPY --from=web-files /app /app

# Listens on loopback alone: only what shares its network, like the clock, may bring ticks.
FROM base AS worker
COPY --from=worker-files /app /app
