import type {
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  SendRequest,
} from '@azure/core-rest-pipeline';
import { ArmError } from '../../input/index.ts';
import type { Clock } from './clock.ts';
import { failureKind } from './failure.ts';
import { subscriptionThrottle, type SubscriptionThrottle } from './subscription-throttle.ts';
import type { ArmLimits } from './limits.ts';
import { isTransient, retryAfterMs, waitMs } from './retry.ts';
import type { ArmToken, MetricsToken, TokenSource } from './tokens.ts';

export interface ArmCallDeps<Token extends ArmToken | MetricsToken> {
  readonly tokens: TokenSource<Token>;
  readonly limits: ArmLimits;
  readonly clock: Clock;
}

/** Below a tenth of ARM's 250 reads the rest is spread: 25 come back in a second. */
const fewReadsLeft = 25;
const spreadMs = 1000;

/**
 * How one call to ARM is made: in its turn, with a token for ARM, again where that may help, and never
 * before the time that ARM asks for. Only reads go through here, so a call may be made again.
 */
export function armCalls<Token extends ArmToken | MetricsToken>(
  deps: ArmCallDeps<Token>,
): PipelinePolicy {
  const throttles = new Map<string, SubscriptionThrottle>();
  return {
    name: 'armCalls',
    async sendRequest(request, next) {
      const key = /\/subscriptions\/([^/?]+)/iu.exec(request.url)?.[1]?.toLowerCase() ?? '';
      const own = throttles.get(key) ?? subscriptionThrottle(deps.limits, deps.clock);
      throttles.set(key, own);
      return await own.run(() => inTurn(request, next, own, deps));
    },
  };
}

async function inTurn<Token extends ArmToken | MetricsToken>(
  request: PipelineRequest,
  next: SendRequest,
  own: SubscriptionThrottle,
  deps: ArmCallDeps<Token>,
): Promise<PipelineResponse> {
  const { limits, clock } = deps;
  const signal = request.abortSignal instanceof AbortSignal ? request.abortSignal : undefined;
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= limits.tries;
    await own.ready(signal);
    if (request.method !== 'GET') await paceOf(request, own)(signal);
    const response = await authorised(request, next, signal, deps).catch((error: unknown) => {
      if (last || !mayPass(error)) throw error;
      return undefined;
    });
    if (response !== undefined) {
      const left = Number(response.headers.get(remainingReads) ?? Number.NaN);
      if (left < fewReadsLeft) own.pause(spreadMs);
      if (!isTransient(response.status)) return response;
    }
    const asked = retryAfterMs(response?.headers.get('retry-after'), clock.now());
    if (asked !== undefined && asked > limits.longestWaitMs) {
      const error = tooLong(request, response?.status ?? 0, asked, limits);
      own.close(asked, error);
      throw error;
    }
    if (response !== undefined && last) return response;
    const wait = waitMs(attempt, asked, clock);
    if (response?.status === 429) own.pause(wait);
    await clock.sleep(wait, signal);
  }
}

const remainingReads = 'x-ms-ratelimit-remaining-subscription-reads';

async function authorised<Token extends ArmToken | MetricsToken>(
  request: PipelineRequest,
  next: SendRequest,
  signal: AbortSignal | undefined,
  { tokens }: ArmCallDeps<Token>,
): Promise<PipelineResponse> {
  const url = new URL(request.url);
  const token = await tokens.tokenFor(url, signal);
  request.headers.set('authorization', `Bearer ${token}`);
  const response = await next(request);
  if (response.status !== 401) return response;
  tokens.refused(token);
  const fresh = await tokens.tokenFor(url, signal);
  if (fresh === token) return response;
  request.headers.set('authorization', `Bearer ${fresh}`);
  return await next(request);
}

/** Whether the same call may succeed a moment later. */
function mayPass(error: unknown): boolean {
  return ['name', 'connect', 'broken'].includes(failureKind(error));
}

function tooLong(
  request: PipelineRequest,
  status: number,
  askedMs: number,
  limits: ArmLimits,
): ArmError {
  const wait = `${Math.ceil(askedMs / 1000)} s, longer than ${limits.longestWaitMs / 1000} s`;
  return new ArmError(
    status,
    `${new URL(request.url).pathname}: ${status}; Azure asks to wait ${wait}`,
  );
}

/** AKS counts kubeconfigs, Azure's networking counts health, and neither counts other queries. */
function paceOf(
  { url }: PipelineRequest,
  own: SubscriptionThrottle,
): SubscriptionThrottle['query'] {
  if (/\/listClusterUserCredential\?/iu.test(url)) return own.credential;
  return /\/loadBalancingRules\/[^/?]+\/health\?/iu.test(url) ? own.health : own.query;
}
