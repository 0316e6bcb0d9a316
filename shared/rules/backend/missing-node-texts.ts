import type { ClusterView } from '../../facts/index.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { distinct, excerpt, named } from '../../fixes/text.ts';
import { compacted, listed, type ServiceEvent, timeText } from '../../model/index.ts';

/** What the Services of the pools notice; a pool without any node serves none of them. */
export function effectText(
  pools: readonly InboundPool[],
  nodes: readonly string[],
  view: ClusterView,
): string {
  const empty = pools.filter(({ pool }) => view.members(pool).nodes.length === 0);
  const others = pools.filter((each) => !empty.includes(each));
  const policies = new Set(
    others.flatMap(({ users }) => users.map(({ service }) => service.externalTrafficPolicy)),
  );
  return compacted([
    empty.length > 0 &&
      `No connections reach Services through ${named('pool', distinct(empty.map(poolText)))}: no node of the cluster is a member.`,
    policies.has('Local') &&
      `Pods on ${listed(nodes)} get no new connections from Services with Local.`,
    policies.has('Cluster') &&
      `No connections enter through ${listed(nodes)}; Services with Cluster reach the pods there through the nodes in the pool.`,
  ]).join(' ');
}

/** Why the nodes are missing, as far as an event tells. */
export function updateCauseText(update: ServiceEvent | undefined): string {
  if (update === undefined)
    return 'Usual causes: a failed or pending pool update, a stopped VM, or a failed NIC.';
  const { namespace, service, reason, lastSeen, message } = update;
  return `The update of ${namespace}/${service} failed (${reason}, ${lastSeen === '' ? 'time unknown' : timeText(lastSeen)}), so the pools were not changed: "${excerpt(message)}".`;
}
