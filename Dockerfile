# No container engine was at hand when this was written: each step was run by hand in a folder, the file itself only parsed.
#
#   docker build -t flyball .
#   docker run --rm --init --read-only --tmpfs /tmp -v state:/var/lib/flyball -p 127.0.0.1:8080:8080 \
#     -e API_KEYS=choose-one -v "$PWD/handler.mjs:/handler/handler.mjs:ro" flyball start /handler/handler.mjs
#
# No Python: it would double the image. For a Python handler build on this one, or copy /app into the handler's image:
#   FROM flyball
#   USER root
#   RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
#   USER node

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No scripts: "prepare" builds and there is nothing to build yet; native parts come as packages of their own.
RUN npm ci --ignore-scripts
COPY . .
# The Node that `npm ci` brings along for older systems is twice the size of the rest, and this image is a Node already.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf dist/test node_modules/node-linux-* node_modules/node-bin-* \
  && find dist -name '*.spec.*' -delete \
  && mkdir -p state logs

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    BIND_ADDRESS=0.0.0.0 \
    QUEUE_URL=sqlite:/var/lib/flyball/queue.db \
    QUEUE_OUTBOX=/var/lib/flyball/outbox
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/examples ./examples
# Volumes take their owner from the folder they cover. All state is in the first; the second is for whoever logs to files.
COPY --from=build --chown=node:node /app/state /var/lib/flyball
COPY --from=build --chown=node:node /app/logs /var/log/flyball
USER node
VOLUME /var/lib/flyball
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and Flyball listens to SIGTERM: it drains. --init adds what reaps the children of killed children.
ENTRYPOINT ["node", "dist/apps/cli/main.js"]
CMD ["help"]
