import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { armHost } from './arm/answer.ts';
import { isMetricsHost } from './arm/metrics.ts';
import { boundedCache } from './cache.ts';
import type { SimulatedRequest } from './http.ts';
import { identityPath } from './identity.ts';
import type { Simulator } from './simulator.ts';
import { slackHost } from './slack/slack.ts';
import { authoritiesFrom, type Authorities, type CertificateFlaw } from './tls/authorities.ts';
import { writeAnswer } from './write-answer.ts';

export interface ServerOptions {
  /** Of no other server where absent. Servers that share them make each certificate once. */
  readonly authorities?: Authorities;
}

/** Where a host of the made-up world is in the real one. */
export interface SimulatedAddress {
  readonly address: '127.0.0.1';
  readonly port: number;
}

export interface RunningServer {
  /** Of the HTTPS listener, which stands for every simulated host by its name (SNI). */
  readonly port: number;
  /** CA of ARM and Slack, PEM. That of a cluster is in its kubeconfig. */
  readonly authorityPem: string;
  /**
   * Stands in for DNS. Hosts keep their real names in URLs, SNI and certificates.
   * @throws Error with code `ENOTFOUND` for hosts that are not simulated or not to be reached.
   */
  readonly resolve: (host: string) => SimulatedAddress;
  /** Names that were resolved or tried, each once. */
  readonly lookups: () => ReadonlySet<string>;
  /** What App Service puts into the environment of an app with a managed identity. */
  readonly identity: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  /** Slack's API over plain HTTP, for a client that takes another origin: `http://127.0.0.1:…/api/`. */
  readonly slackApiUrl: string;
  /** Ends all connections, those that hang too. */
  readonly close: () => Promise<void>;
}

/** Authorities of no other server. */
export function ownAuthorities(): Authorities {
  return authoritiesFrom(randomBytes(32), Date.now());
}

/**
 * Puts a simulator behind sockets on the loopback interface: one HTTPS listener with certificates of
 * its own making for every host, and a plain one for the managed identity and Slack. From then on the
 * kubeconfigs that it hands out name the authorities of this server.
 */
export async function startServer(
  simulator: Simulator,
  { authorities = ownAuthorities() }: ServerOptions = {},
): Promise<RunningServer> {
  simulator.useAuthorities(authorities);
  const contexts = boundedCache<SecureContext>(256);
  const contextOf = (host: string): SecureContext => {
    const flaw: CertificateFlaw | undefined = simulator.faults.certificateFor(host);
    return contexts.get(`${host} ${flaw ?? ''}`, () =>
      createSecureContext(authorities.certificateOf(host, flaw)),
    );
  };
  const secure = https.createServer({
    ...authorities.certificateOf('localhost'),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    SNICallback: (host, done) => done(null, contextOf(host.toLowerCase())),
  });
  const plain = http.createServer();
  const closeSecure = play(simulator, secure, secureOrigin);
  const closePlain = play(simulator, plain, plainOrigin);
  const address = { address: '127.0.0.1', port: await listen(secure) } as const;
  const plainUrl = `http://127.0.0.1:${await listen(plain)}`;
  const lookups = new Set<string>();
  return {
    port: address.port,
    authorityPem: authorities.publicPem,
    resolve(host) {
      const name = host.toLowerCase();
      lookups.add(name);
      const isAzure = name === armHost || isMetricsHost(name);
      if (!isAzure && name !== slackHost && !simulator.index.resolves(name))
        throw hostNotFound(name);
      return address;
    },
    lookups: () => lookups,
    identity: {
      IDENTITY_ENDPOINT: `${plainUrl}${identityPath}`,
      IDENTITY_HEADER: simulator.identitySecret,
    },
    slackApiUrl: `${plainUrl}/api/`,
    async close() {
      await Promise.all([closeSecure(), closePlain()]);
    },
  };
}

/** Where a request would have gone in the real world, or the status of its refusal. */
type OriginOf = (request: http.IncomingMessage) => string | number;

/** A connection that was verified for one name must not be used for another: 421. */
function secureOrigin({ socket, headers }: http.IncomingMessage): string | number {
  const host = (headers.host ?? '').replace(/:\d+$/u, '').toLowerCase();
  const named: unknown = socket instanceof TLSSocket ? socket.servername : undefined;
  return typeof named === 'string' && named.toLowerCase() !== host ? 421 : `https://${host}`;
}

/** The plain listener plays the identity endpoint, which is on loopback in Azure too, and Slack. */
function plainOrigin({ url = '' }: http.IncomingMessage): string | number {
  if (url.startsWith(identityPath)) return 'http://127.0.0.1';
  return url.startsWith('/api/') ? `https://${slackHost}` : 404;
}

/** @returns What closes the server, with all its connections. */
function play(
  simulator: Simulator,
  server: http.Server | https.Server,
  originOf: OriginOf,
): () => Promise<void> {
  // By the port at the other end: under TLS, the socket of a request is not the one that can be reset.
  const sockets = new Map<number | undefined, Socket>();
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.on('close', () => sockets.delete(remotePort));
    // A client that goes away in the middle is no fault of the server.
    socket.on('error', () => undefined);
  });
  server.on('request', (request, response) => {
    const origin = originOf(request);
    const { remotePort } = request.socket;
    if (typeof origin === 'number') response.writeHead(origin).end();
    else
      void serve(simulator, origin, request, response, () =>
        sockets.get(remotePort)?.resetAndDestroy(),
      );
  });
  return async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.close(() => resolve(undefined));
    for (const socket of sockets.values()) socket.destroy();
    await promise;
  };
}

async function serve(
  simulator: Simulator,
  origin: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  reset: () => void,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const answer = await simulator.answer(await readRequest(origin, request), gone.signal);
    await writeAnswer(answer, response, reset);
  } catch (error) {
    if (gone.signal.aborted) return;
    // A fault of the simulator itself: loud, and not in the shape of any answer that it plays.
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(`simulator: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

async function readRequest(origin: string, request: http.IncomingMessage) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    method: request.method ?? 'GET',
    url: new URL(`${origin}${request.url ?? '/'}`),
    headers: new Map(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  } satisfies SimulatedRequest;
}

/** @returns The port. */
async function listen(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  return await promise;
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What DNS says of a name that it does not know. */
export function hostNotFound(host: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: host,
  });
}
