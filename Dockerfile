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
# The browser app is built once; what only it and its bundler need, and the second Node, stay behind.
RUN node bin/build-web.ts \
    && npm uninstall --no-save --omit=dev node vite @vitejs/plugin-react react react-dom \
        @mantine/core @mantine/form @mantine/hooks @mantine/notifications @tabler/icons-react \
        @tanstack/react-query @tanstack/react-router @simplewebauthn/browser uqr \
    && rm -rf web/src web/public web/index.html web/vite.config.ts web/tsconfig.json

FROM node:26.10.0-trixie-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 LATCHKEY_DATA=/data
WORKDIR /app
# The code belongs to root, and the server cannot change it.
COPY LICENSE package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/web web
COPY bin bin
COPY server server
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/latchkey.js"]
CMD ["serve", "--no-build"]
