import { Pool, type buildConnector } from 'undici';
import { BodyError, type BodyBytes } from '../../input/index.ts';
import type { KubernetesAnswer, KubernetesTransport } from '../kubernetes-transport.ts';
import { beginning, withinBudget, decoded, readBytes, type ByteBudget } from './bodies.ts';
import type { Clock } from './clock.ts';
import { CallError, certificateFault, failureKind, lineOf } from './failure.ts';
import type { KubernetesLimits } from './limits.ts';
import { isTransient, retryAfterMs, waitMs } from './retry.ts';
import type { AksToken, TokenSource } from './tokens.ts';

export interface KubernetesEndpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Makes the connections: who is connected to, and whose word is good, is decided there. */
  readonly connect: buildConnector.connector;
  /** Without it requests carry no token. */
  readonly tokens?: TokenSource<AksToken>;
  readonly limits: KubernetesLimits;
  readonly clock: Clock;
}

/** A transport with connections of its own; whoever opened it closes it. */
export interface LiveTransport extends KubernetesTransport {
  get(path: string, query: URLSearchParams, signal?: AbortSignal): Promise<WholeAnswer>;
  close(): Promise<void>;
}

interface WholeAnswer extends KubernetesAnswer {
  readonly body: string;
}

interface ApiResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly whole: BodyBytes;
}

/** The body of a refusal is read so far, for its message. */
const maxRefusalBytes = 64 * 1024;

/** An endpoint with what one cluster may still take of it. */
interface Connection extends KubernetesEndpoint {
  readonly pool: Pool;
  /** Bytes left for the answers of this cluster. */
  readonly budget: ByteBudget;
  /** Until then a server that is busy is asked again; by `clock`. */
  readonly until: number;
}

/**
 * The one way to a Kubernetes API over the network: GET only, no redirects, bodies read whole up to a
 * cap of decoded bytes, tried again where that may help.
 */
export function kubernetesOver(endpoint: KubernetesEndpoint): LiveTransport {
  const { origin, connect, limits, clock } = endpoint;
  const pool = new Pool(origin, {
    connect,
    connections: limits.connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: limits.requestMs,
    bodyTimeout: limits.requestMs,
  });
  const budget: ByteBudget = { left: limits.maxClusterBytes };
  const connection = { ...endpoint, pool, budget, until: clock.elapsed() + limits.clusterMs };
  return {
    taken: { parts: 0 },
    async get(path, query, signal) {
      const search = query.toString();
      const target = search === '' ? path : `${path}?${search}`;
      const { status, whole } = await untilFinal(connection, target, signal);
      return { status, source: path, ...whole };
    },
    close: () => pool.destroy(),
  };
}

/** Asks again while that may help. */
async function untilFinal(
  connection: Connection,
  target: string,
  signal: AbortSignal | undefined,
): Promise<ApiResponse> {
  const { limits, clock, until } = connection;
  let failures = 0;
  for (let attempt = 1; ; attempt++) {
    const last = failures + 1 >= limits.tries;
    const answer = await authorised(connection, target, signal).catch((error: unknown) => {
      if (last || !mayPass(error)) throw error;
      return undefined;
    });
    // A server that says "later" works: there is time for it as long as for the cluster.
    const throttled = answer?.status === 429;
    if (!throttled) failures++;
    const asked = retryAfterMs(answer?.retryAfter, clock.now());
    const wait = waitMs(attempt, asked, clock);
    const final =
      (asked ?? 0) > limits.longestWaitMs || (throttled ? clock.elapsed() + wait > until : last);
    if (answer !== undefined && (final || !isTransient(answer.status))) return answer;
    await clock.sleep(wait, signal);
  }
}

/** A token that is refused is replaced, once. */
async function authorised(
  connection: Connection,
  target: string,
  signal: AbortSignal | undefined,
): Promise<ApiResponse> {
  const { origin, tokens } = connection;
  const url = new URL(target, origin);
  const token = await tokens?.tokenFor(url, signal);
  const answer = await once(connection, target, token, signal);
  if (answer.status !== 401 || tokens === undefined || token === undefined) return answer;
  tokens.refused(token);
  const fresh = await tokens.tokenFor(url, signal);
  return fresh === token ? answer : await once(connection, target, fresh, signal);
}

async function once(
  { pool, limits, budget }: Connection,
  target: string,
  token: AksToken | undefined,
  signal: AbortSignal | undefined,
): Promise<ApiResponse> {
  const deadline = AbortSignal.timeout(limits.requestMs);
  try {
    const { statusCode, headers, body } = await pool.request({
      method: 'GET',
      path: target,
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': 'evenkeel',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
    const bytes = decoded(body, single(headers['content-encoding']));
    const whole =
      statusCode === 200
        ? await readBytes(withinBudget(bytes, budget), limits.maxPageBytes)
        : { body: await beginning(bytes, maxRefusalBytes) };
    return { status: statusCode, retryAfter: single(headers['retry-after']), whole };
  } catch (error) {
    if (error instanceof BodyError) throw error;
    signal?.throwIfAborted();
    throw callError(deadline.aborted ? deadline.reason : error, limits);
  }
}

/** Whether the same call may succeed a moment later. */
function mayPass(error: unknown): boolean {
  return error instanceof CallError && (error.kind === 'broken' || error.kind === 'connect');
}

function callError(error: unknown, limits: KubernetesLimits): CallError {
  const kind = failureKind(error);
  const message = {
    name: 'the name does not resolve',
    connect: `no connection: ${lineOf(error)}`,
    unanswered: `no connection within ${limits.connectMs / 1000} s`,
    certificate: `the certificate is refused: ${certificateFault(error)}`,
    timeout: `no whole answer within ${limits.requestMs / 1000} s`,
    broken: 'the connection broke',
    other: lineOf(error),
  }[kind];
  return new CallError(kind, message, { cause: error });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
