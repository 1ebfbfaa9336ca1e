# No container engine was at hand when this was written: each step was run by hand in a folder (apt-get only simulated), the file itself
# only parsed. test/image does the rest of the steps again, on a build and packages that are there, and boots what they make within the
# limits of a hardened pod.
#
#   docker build -t flyball .
#   docker run --rm --init --read-only --tmpfs /tmp -v state:/var/lib/flyball -p 127.0.0.1:8080:8080 \
#     -e API_KEYS=choose-one -v "$PWD/handler.mjs:/handler/handler.mjs:ro" flyball start /handler/handler.mjs
#
# Python 3, for Python handlers, is in a target of its own. An image of yours may begin with either; or it copies /app, and
# /usr/local/bin/node, into one that has what the handler needs.
#   docker build --target python -t flyball:0.1.0-python .

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No scripts: "prepare" builds and there is nothing to build yet; native parts come as packages of their own.
RUN npm ci --ignore-scripts
COPY . .
# This image is a Node already: what package.json itself calls optional, a Node for older systems first of all, is twice the rest.
RUN npm run build \
  && npm pkg delete optionalDependencies \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf dist/test \
  && find dist -name '*.spec.*' -delete

FROM node:24.21.0-bookworm-slim AS runtime
LABEL org.opencontainers.image.title="Flyball" \
      org.opencontainers.image.description="The GPU worker that finds its own concurrency and says why" \
      org.opencontainers.image.licenses="Apache-2.0"
# HOME is for handlers, whose libraries cache there: with a read-only root only /tmp and the state can be written.
ENV NODE_ENV=production \
    HOME=/tmp \
    BIND_ADDRESS=0.0.0.0 \
    QUEUE_URL=sqlite:/var/lib/flyball/queue.db \
    QUEUE_OUTBOX=/var/lib/flyball/outbox
# Volumes take their owner from the folder they cover. All state is in the first; the second is for whoever logs to files.
RUN groupadd --gid 10001 flyball \
  && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /tmp --shell /usr/sbin/nologin flyball \
  && install --directory --owner=10001 --group=10001 /var/lib/flyball /var/log/flyball
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/examples ./examples
# Numbers: of a name Kubernetes cannot tell whether it is root, and runAsNonRoot refuses it.
USER 10001:10001
VOLUME /var/lib/flyball
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and Flyball listens to SIGTERM: it drains. --init adds what reaps the children of killed children.
ENTRYPOINT ["node", "dist/apps/cli/main.js"]
CMD ["help"]

FROM runtime AS python
# A handler's folder is rarely writable, and if it is, as in /tmp, what would be compiled into it is gone with the container.
ENV PYTHONDONTWRITEBYTECODE=1
USER root
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
USER 10001:10001

# The last stage is what is built where no target is named: no Python.
FROM runtime
