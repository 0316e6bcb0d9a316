import { readHealth, readObservations } from '../../collect/index.ts';
import type { Azure } from '../../audit/azure.ts';
import { ofSubscription } from '../../input/index.ts';
import type { LoadBalancer, ManagedCluster, Read } from '../../model/index.ts';
import type { AccessResult, AccessCheck } from './probed.ts';

const healthMs = 30_000;

export interface ObservedInputs {
  readonly subscriptionId: string;
  readonly clusters: Read<readonly ManagedCluster[]>;
  readonly loadBalancers: Read<readonly LoadBalancer[]>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What Azure itself observed, which an audit can do without: metrics of one load balancer, changes,
 * and the health of one rule's backends.
 */
export async function probeObserved(
  azure: Azure,
  { subscriptionId, clusters, loadBalancers, signal }: ObservedInputs,
): Promise<readonly AccessCheck[]> {
  const known = clusters.kind === 'read' ? clusters.value : [];
  const groups = new Set(known.map((each) => each.nodeResourceGroup?.toLowerCase()));
  const own = (loadBalancers.kind === 'read' ? loadBalancers.value : []).filter(
    ({ sku, resourceGroup }) =>
      sku.toLowerCase() !== 'basic' && groups.has(resourceGroup.toLowerCase()),
  );
  const asked = own.slice(0, 1);
  const rule = own.flatMap(({ rules }) => rules).find(({ probeId }) => probeId !== undefined);
  const access = ofSubscription(azure.arm);
  const aborting = signal === undefined ? {} : { signal };
  const [{ loadBalancerMetrics, resourceChanges }, health] = await Promise.all([
    readObservations({
      arm: access,
      metrics: azure.metrics,
      clock: azure.clock,
      subscriptionId,
      clusters: known,
      loadBalancers: { kind: 'read', value: asked },
      ...aborting,
    }),
    rule === undefined
      ? undefined
      : readHealth({
          access,
          ruleIds: [rule.id],
          limitMs: healthMs,
          clock: azure.clock,
          ...aborting,
        }),
  ]);
  const why =
    loadBalancers.kind === 'unread'
      ? 'the load balancers could not be read'
      : 'there is no load balancer to ask about';
  const none = { kind: 'skipped', why } as const;
  const [metrics] = loadBalancerMetrics.kind === 'read' ? loadBalancerMetrics.value : [];
  const [first] = health?.kind === 'read' ? health.value : [];
  return [
    {
      what: 'metrics',
      probe: asked.length === 0 ? none : probeOf(metrics?.traffic ?? loadBalancerMetrics),
      optional: true,
    },
    { what: 'changes', probe: probeOf(resourceChanges), optional: true },
    {
      what: 'health of backends',
      probe: health === undefined ? none : probeOf(first?.backends ?? health),
      optional: true,
    },
  ];
}

function probeOf(answer: Read<unknown>): AccessResult {
  if (answer.kind === 'read') return { kind: 'readable' };
  const denied = answer.code === 'forbidden' || /\b403\b/u.test(answer.why);
  // The command that grants it stands in a column of its own.
  const [why = answer.why] = answer.why.split('; to grant it: ');
  return { kind: denied ? 'denied' : 'unreadable', why };
}
