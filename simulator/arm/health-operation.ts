import type { SubscriptionDescription } from '../description.ts';
import type { FleetIndex } from '../fleet-index.ts';
import { json, type SimulatedRequest, type SimulatedResponse } from '../http.ts';
import * as errors from './errors.ts';
import { findRule, simulatedHealth } from './health.ts';

interface LoadBalancerRuleName {
  readonly group: string;
  readonly loadBalancer: string;
  readonly rule: string;
}

/** Polls until an operation has ended. */
const pollsUntilDone = 1;

/** Health of a rule's backends: 202 at once, the answer where `Location` leads. */
export function health(
  index: FleetIndex,
  request: SimulatedRequest,
  subscription: SubscriptionDescription,
  name: LoadBalancerRuleName,
): SimulatedResponse {
  if (request.method !== 'POST') return errors.methodNotAllowed(request.method);
  if (subscription.denied.includes('health'))
    return errors.forbidden(
      'Microsoft.Network/loadBalancers/loadBalancingRules/health/action',
      request.url.pathname,
    );
  const layout = index.byNodeGroup(subscription, name.group);
  const found = layout && findRule(layout, name.loadBalancer, name.rule);
  if (layout === undefined || found === undefined)
    return errors.resourceNotFound(`${name.loadBalancer}/${name.rule}`);
  if (found.rule.probe === undefined)
    return errors.badRequest(`Load balancing rule ${name.rule} has no health probe.`);
  return accepted(request, subscription, layout.cluster.location, {
    ...name,
    left: pollsUntilDone - 1,
  });
}

/** The same place until the operation has ended. */
export function healthResult(
  index: FleetIndex,
  request: SimulatedRequest,
  subscription: SubscriptionDescription,
  id: string,
): SimulatedResponse {
  if (request.method !== 'GET') return errors.methodNotAllowed(request.method);
  const operation = decode(id);
  const layout = operation && index.byNodeGroup(subscription, operation.group);
  const found = operation && layout && findRule(layout, operation.loadBalancer, operation.rule);
  if (operation === undefined || layout === undefined || found === undefined)
    return errors.resourceNotFound(id);
  const { left, ...name } = operation;
  if (left > 0)
    return accepted(request, subscription, layout.cluster.location, { ...name, left: left - 1 });
  const backends = simulatedHealth(layout, found.balancer, found.rule);
  const up = backends.filter(({ reason }) => reason.startsWith('Up_')).length;
  return json(200, {
    up,
    down: backends.length - up,
    loadBalancerBackendAddresses: backends.map(({ ip, ipConfigurationId, reason }) => ({
      ipAddress: ip,
      ...(ipConfigurationId !== undefined && {
        networkInterfaceIPConfigurationId: { id: ipConfigurationId },
      }),
      state: reason.startsWith('Up_') ? 'Up' : 'Down',
      reason,
    })),
  });
}

interface Operation extends LoadBalancerRuleName {
  /** Polls that still find it running. */
  readonly left: number;
}

function accepted(
  { url }: SimulatedRequest,
  { id }: SubscriptionDescription,
  region: string,
  operation: Operation,
): SimulatedResponse {
  const { group, loadBalancer, rule, left } = operation;
  const token = Buffer.from(JSON.stringify([group, loadBalancer, rule, left])).toString(
    'base64url',
  );
  const version = url.searchParams.get('api-version') ?? '';
  return json(202, '', {
    location: `${url.origin}/subscriptions/${id}/providers/Microsoft.Network/locations/${region}/operationResults/${token}?api-version=${version}`,
    // Azure asks for some seconds; a simulated answer is there at once.
    'retry-after': '0',
  });
}

function decode(id: string): Operation | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
    if (!Array.isArray(parts)) return undefined;
    const [group, loadBalancer, rule, left]: readonly unknown[] = parts;
    if (typeof group !== 'string' || typeof loadBalancer !== 'string') return undefined;
    if (typeof rule !== 'string' || typeof left !== 'number') return undefined;
    return { group, loadBalancer, rule, left };
  } catch {
    return undefined;
  }
}
