# syntax=docker/dockerfile:1

# The Node that package.json pins.
FROM node:26.10.0-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY test/clients/package.json test/clients/package.json
RUN npm ci --omit=dev
COPY bin bin
COPY server server
COPY web web
# Both programs are built once; of the server's folder only what it reads beside its program is left.
RUN node bin/build/build.ts && find server -name '*.ts' -delete

FROM node:26.10.0-trixie-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 LATCHKEY_DATA=/data
WORKDIR /app
# The code belongs to root, and the server cannot change it.
COPY LICENSE package.json ./
COPY --from=build /app/bin/latchkey.js bin/latchkey.js
COPY --from=build /app/bin/build/sources.js bin/build/sources.js
COPY --from=build /app/dist dist
COPY --from=build /app/server server
COPY --from=build /app/web/dist web/dist
# The reference page's own script.
COPY --from=build /app/node_modules/@scalar/fastify-api-reference node_modules/@scalar/fastify-api-reference
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/latchkey.js"]
CMD ["serve", "--no-build"]
