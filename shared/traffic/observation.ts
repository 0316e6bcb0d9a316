import type { Backend } from './backends.ts';
import type { ObservedBackends } from './observed.ts';
import {
  isPredictedUp,
  isPredictionKnown,
  distributeConnections,
  type PortInputs,
} from './distribute-connections.ts';
import type { BackendShare, EndpointShare, Observation } from './types.ts';
import { verdictOf } from './verdict.ts';

/** More than Azure has codes: an answer with others does not make a report long. */
const mostReasons = 20;

/** Azure's word for the backends of a port, and what the model says without it. */
export function portObservation(observed: ObservedBackends, own: PortInputs): Observation {
  const counts = { up: 0, down: 0, differing: 0 };
  const differing = new Map<string, number>();
  const down = new Map<string, number>();
  for (const backend of own.backends.all) {
    const state = observed.of(backend.name);
    if (state === undefined) continue;
    const { up, reason = 'no reason' } = state;
    counts[up ? 'up' : 'down'] += 1;
    const differs = isPredictionKnown(backend, own) && up !== isPredictedUp(backend, own);
    if (differs) counts.differing += 1;
    if (differs) differing.set(reason, (differing.get(reason) ?? 0) + 1);
    if (!up) down.set(reason, (down.get(reason) ?? 0) + 1);
  }
  const shown = differing.size > 0 ? differing : down;
  const alone = distributeConnections(own);
  const shares = own.endpoints.all.map((endpoint): EndpointShare => ({
    pod: endpoint.pod ?? endpoint.address,
    node: endpoint.node,
    nodePool: undefined,
    ready: endpoint.ready,
    share: alone.shares.get(endpoint) ?? 0,
  }));
  const reasons = [...shown]
    .map(([reason, backends]) => ({ reason, backends }))
    .toSorted((a, b) => b.backends - a.backends || (a.reason < b.reason ? -1 : 1));
  return {
    at: observed.at,
    ...counts,
    reasons: reasons.slice(0, mostReasons),
    ...(reasons.length > mostReasons && { moreReasons: reasons.length - mostReasons }),
    predicted: {
      up: alone.up,
      verdict: verdictOf(shares, alone.lost),
      lost: alone.lost,
      shares: shares.map(({ share }) => share),
    },
  };
}

/** The model's own `up` and Azure's reason, beside Azure's `up`. */
export function besides(
  backend: Backend,
  own: PortInputs,
  observed: ObservedBackends,
): Pick<BackendShare, 'predictedUp' | 'reason'> {
  const state = observed.of(backend.name);
  // Of one that Azure has no state for there is the model's word alone.
  if (state === undefined) return {};
  const { reason } = state;
  return {
    ...(isPredictionKnown(backend, own) && { predictedUp: isPredictedUp(backend, own) }),
    ...(reason !== undefined && { reason }),
  };
}
