# The command line as an image: `evenkeel audit`, and `evenkeel run --once` for a scheduled job.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm ci
RUN npm run package

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
COPY --from=build /src/dist/package /opt/evenkeel
# The user of distroless images: a number, so that Kubernetes can see that it is not root.
USER 65532:65532
WORKDIR /opt/evenkeel
ENTRYPOINT ["node", "/opt/evenkeel/bin/evenkeel.cjs"]
CMD ["--help"]
