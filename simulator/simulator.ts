import { setTimeout as sleep } from 'node:timers/promises';
import { answerArm, armHost } from './arm/answer.ts';
import type { KubeconfigForm } from './arm/credentials.ts';
import { throttled as armThrottled } from './arm/errors.ts';
import { answerMetrics, isMetricsHost } from './arm/metrics.ts';
import type { ItemCache } from './arm/lists.ts';
import { boundedCache } from './cache.ts';
import { canary } from './canaries.ts';
import type { FleetDescription } from './description.ts';
import { applyFault } from './apply-fault.ts';
import { faultsFrom, type FaultRule, type Faults } from './faults.ts';
import { indexFleet, type FleetIndex } from './fleet-index.ts';
import type { RequestOutcome, SimulatedRequest, SimulatedResponse } from './http.ts';
import { identityEndpoint, identityPath, type IdentityEndpoint } from './identity.ts';
import { answerKubernetes, isKubernetesHost } from './kubernetes/answer.ts';
import { requestLog, type RequestLog } from './request-log.ts';
import type { SlackOptions } from './slack/options.ts';
import { slackHost, slackWorkspace, type Slack } from './slack/slack.ts';
import { rateLimiter, type Throttle } from './throttle.ts';
import { authoritiesFrom, type Authorities } from './tls/authorities.ts';

export interface SimulatorOptions {
  readonly fleet: FleetDescription;
  /** Added to every answer. */
  readonly latencyMs?: number;
  /** Items in a page of an ARM list; Kubernetes pages are as long as the caller asks. */
  readonly pageSize?: number;
  readonly throttle?: Throttle;
  readonly faults?: readonly FaultRule[];
  readonly slack?: Partial<Omit<SlackOptions, 'nowMs'>>;
  readonly tokenLifetimeSeconds?: number;
  readonly identitySecret?: string;
  /** Clock of tokens, throttling and Slack; the fleet has its own time. */
  readonly nowMs?: () => number;
}

/** A made-up Azure, Kubernetes and Slack. It has no write operation but Slack's messages. */
export interface Simulator {
  /** `signal` ends the wait of a latency: whoever asked has gone. */
  readonly answer: (request: SimulatedRequest, signal?: AbortSignal) => Promise<RequestOutcome>;
  readonly log: RequestLog;
  readonly slack: Slack;
  readonly identity: IdentityEndpoint;
  readonly identitySecret: string;
  readonly slackToken: string;
  readonly faults: Faults;
  readonly index: FleetIndex;
  /** Whose certificates the kubeconfigs name: a server's, once one listens. */
  readonly useAuthorities: (authorities: Authorities) => void;
}

const slackDefaults: Omit<SlackOptions, 'nowMs'> = {
  token: `xoxb-${canary('slack token')}`,
  channels: ['C0FLEET0001', 'C0PLATFORM1'],
  archived: ['C0ARCHIVED1'],
  notMember: ['C0STRANGERS'],
  scopes: ['chat:write', 'channels:history', 'groups:history'],
};

/** A made-up Azure, Kubernetes and Slack over a fleet; no sockets yet (`startServer`). */
export function createSimulator(options: SimulatorOptions): Simulator {
  const nowMs = options.nowMs ?? Date.now;
  const index = indexFleet(options.fleet);
  const faults = faultsFrom(options.faults ?? []);
  const log = requestLog();
  const slackOptions = { ...slackDefaults, ...options.slack, nowMs };
  const slack = slackWorkspace(slackOptions);
  const identitySecret = options.identitySecret ?? canary('identity header');
  const identity = identityEndpoint({
    secret: identitySecret,
    lifetimeSeconds: options.tokenLifetimeSeconds ?? 24 * 3600,
    nowMs,
  });
  // In memory nothing is verified, and the same fleet gives the same bytes.
  let authorities = authoritiesFrom(Buffer.from('in memory'), Date.parse(options.fleet.now));
  const answerOf = answering(options, {
    index,
    slack,
    identity,
    nowMs,
    authorities: () => authorities,
  });

  return {
    log,
    slack,
    identity,
    identitySecret,
    slackToken: slackOptions.token,
    faults,
    index,
    useAuthorities(next) {
      authorities = next;
    },
    async answer(request, signal) {
      const actions = faults.actionsFor(request);
      let delayMs = options.latencyMs ?? 0;
      let form: KubeconfigForm = 'ordinary';
      for (const action of actions) {
        if (action.kind === 'latency') delayMs += action.ms;
        if (action.kind === 'kubeconfig') form = action.form;
      }
      if (delayMs > 0) await sleep(delayMs, undefined, { ...(signal && { signal }) });
      let answer = (): RequestOutcome => answerOf(request, form);
      for (const action of actions) {
        const inner = answer;
        answer = () => applyFault(action, request, inner);
      }
      const result = answer();
      log.add(request, result.kind === 'response' ? result.status : result.kind);
      return result;
    },
  };
}

interface Parts {
  readonly index: FleetIndex;
  readonly slack: Slack;
  readonly identity: IdentityEndpoint;
  readonly nowMs: () => number;
  readonly authorities: () => Authorities;
}

/** The answer by host, before any fault: identity endpoint, Slack, API servers, metrics, ARM. */
function answering(
  { throttle, pageSize = 100 }: SimulatorOptions,
  { index, slack, identity, nowMs, authorities }: Parts,
): (request: SimulatedRequest, form: KubeconfigForm) => RequestOutcome {
  const pass = rateLimiter(nowMs);
  const weight = 32 * 1024 * 1024;
  const cache: ItemCache = boundedCache(4096, weight, (items) =>
    items.reduce((sum, { length }) => sum + length, 0),
  );
  const pages = boundedCache<SimulatedResponse>(4096, weight, ({ body }) => lengthOf(body));
  return (request, form) => {
    const { hostname, pathname } = request.url;
    if (hostname === '127.0.0.1' && pathname.startsWith(identityPath))
      return identity.answer(request);
    if (hostname === slackHost) return slack.answer(request);
    if (isKubernetesHost(hostname))
      return answerKubernetes({ index, cache: pages, nowMs }, request);
    if (isMetricsHost(hostname)) return answerMetrics({ index, nowMs }, request);
    if (hostname !== armHost) return { kind: 'broken', code: 'ENOTFOUND' };
    const authorityOf = authorities().pemOf;
    return (
      waitFor(pass, throttle, request) ??
      answerArm({ index, cache, nowMs, pageSize, authorityOf, kubeconfigForm: () => form }, request)
    );
  };
}

function waitFor(
  pass: ReturnType<typeof rateLimiter>,
  throttle: Throttle | undefined,
  { method, url }: SimulatedRequest,
): SimulatedResponse | undefined {
  const isCredential = /\/listCluster\w+Credential$/iu.test(url.pathname);
  const bucket =
    method === 'GET' ? throttle?.armReads : isCredential ? throttle?.credentials : undefined;
  if (bucket === undefined) return undefined;
  const subscription = url.pathname.split('/')[2] ?? '';
  const seconds = pass(`${method}/${subscription}`, bucket);
  return seconds === undefined ? undefined : armThrottled(String(seconds), subscription);
}

function lengthOf(body: SimulatedResponse['body']): number {
  return typeof body === 'string' || body instanceof Uint8Array ? body.length : 0;
}
