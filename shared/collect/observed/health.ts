import pLimit from 'p-limit';
import { NetworkManagementClient } from '@azure/arm-network';
import {
  ArmError,
  clientOptions,
  Cursor,
  keepRules,
  queryAnswers,
  reasonOfArm,
  type ArmAccess,
} from '../../input/index.ts';
import {
  armId,
  armIdParts,
  read,
  unread,
  type ArmId,
  type BackendHealth,
  type Read,
  type RuleHealth,
} from '../../model/index.ts';
import { deadline, type Clock } from '../live/clock.ts';
import { CallError, lineOf } from '../live/failure.ts';
import { grantOfHealth, refusedAction } from '../live/grants.ts';
import { healthLimits, type HealthLimits } from '../live/limits.ts';

export interface HealthInputs {
  readonly access: ArmAccess;
  /** Rules with a probe of Standard load balancers; asked about in this order. */
  readonly ruleIds: readonly ArmId[];
  readonly limitMs: number;
  readonly clock: Clock;
  readonly limits?: HealthLimits;
  readonly signal?: AbortSignal | undefined;
}

const rulesAtOnce = 4;

/**
 * What Azure says of the backends of these rules. A rule that could not be read says why; without the
 * right, none is asked about any more and the whole slice is unread. Never throws.
 */
export async function readHealth(inputs: HealthInputs): Promise<Read<readonly RuleHealth[]>> {
  const { ruleIds, limitMs, clock, limits = healthLimits } = inputs;
  const late = new CallError('timeout', `no answer within ${limitMs / 1000} s`);
  const limit = deadline(limitMs, late, inputs.signal);
  const inTurn = pLimit(rulesAtOnce);
  let forbidden: string | undefined;
  const one = async (ruleId: ArmId): Promise<RuleHealth> => {
    const answer = (backends: RuleHealth['backends']): RuleHealth => ({
      ruleId,
      backends,
      observedAt: new Date(clock.now()).toISOString(),
    });
    if (forbidden !== undefined) return answer(unread(forbidden));
    try {
      return answer(await healthOf(inputs.access, ruleId, limits, limit.signal));
    } catch (error) {
      const what = whatOf(ruleId);
      if (limit.signal.aborted) return answer(unread(`${what}: ${lineOf(limit.signal.reason)}`));
      const why = reasonOfArm(error, what);
      if (!(error instanceof ArmError) || error.status !== 403) return answer(unread(why));
      forbidden = `${refusedAction(why)}; to grant it: ${grantOfHealth(armIdParts(ruleId).subscriptionId ?? '')}`;
      return answer(unread(forbidden));
    }
  };
  try {
    const found = await Promise.all(ruleIds.map((id) => inTurn(() => one(id))));
    const nothing = found.every(({ backends }) => backends.kind === 'unread');
    return nothing && forbidden !== undefined ? unread(forbidden, 'forbidden') : read(found);
  } finally {
    limit.clear();
  }
}

function whatOf(ruleId: ArmId): string {
  return `health of rule ${armIdParts(ruleId).name}`;
}

const rulePath =
  /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/microsoft\.network\/loadbalancers\/([^/]+)\/loadbalancingrules\/([^/]+)$/u;

const operationPath =
  /^\/subscriptions\/([^/]+)\/providers\/microsoft\.network\/locations\/[a-z0-9]+\/operation(?:result|statuse)?s\/[\w.-]+$/iu;

async function healthOf(
  access: ArmAccess,
  ruleId: ArmId,
  limits: HealthLimits,
  signal: AbortSignal,
): Promise<Read<readonly BackendHealth[]>> {
  const what = whatOf(ruleId);
  const [, subscription, group, loadBalancer, rule] = rulePath.exec(ruleId) ?? [];
  if (!subscription || !group || !loadBalancer || !rule)
    return unread(`${what}: its id has not the form of a rule's`);
  const client = new NetworkManagementClient(
    access.credential,
    subscription,
    clientOptions(access),
  );
  keepRules(
    client,
    access,
    queryAnswers({
      endpoint: access.endpoint,
      what,
      polls: limits.polls,
      isOperation: ({ pathname }) =>
        operationPath.exec(pathname)?.[1]?.toLowerCase() === subscription,
    }),
  );
  const answer = await client.loadBalancerLoadBalancingRules.health(group, loadBalancer, rule, {
    abortSignal: signal,
    updateIntervalInMs: limits.pollMs,
  });
  return backendsOf(new Cursor(answer, 'body', { source: what, problems: access.problems }), what);
}

/** More addresses than any pool has. */
const mostBackends = 10_000;

function backendsOf(body: Cursor, what: string): Read<readonly BackendHealth[]> {
  const rows = body.objects('loadBalancerBackendAddresses', true);
  if (rows.length > mostBackends) return unread(`${what}: more than ${mostBackends} backends`);
  const backends = rows.flatMap(backendOf);
  return backends.length === 0 ? unread(`${what}: the answer names no backend`) : read(backends);
}

function backendOf(row: Cursor): readonly BackendHealth[] {
  const ip = row.text('ipAddress', 64);
  const nic = row.at('networkInterfaceIPConfigurationId');
  // A text, as the reference has it, or an object with an id, as other answers of the API have it.
  const id =
    typeof nic.value === 'string'
      ? row.text('networkInterfaceIPConfigurationId', 2048)
      : nic.text('id', 2048);
  if (!ip && !id) return [];
  const state = row.text('state', 16)?.toLowerCase();
  const reason = row.text('reason', 100);
  const said = /^(up|down)_/iu.exec(reason ?? '')?.[1]?.toLowerCase() ?? state;
  // A state that its own reason contradicts is none.
  const known = (state === 'up' || state === 'down') && state === said;
  return [
    {
      ...(id !== undefined && id !== '' && { ipConfigurationId: armId(id) }),
      ...(ip !== undefined && ip !== '' && { ip }),
      ...(known && reason !== 'NA' && { up: state === 'up' }),
      ...(reason !== undefined && /^\w+$/u.test(reason) && { reason }),
    },
  ];
}
