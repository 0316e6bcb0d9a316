import { compacted, counted, listed, percent, type BackendMember } from '../../model/index.ts';
import { clusterView, type ClusterView } from '../../facts/index.ts';
import { safeReconcile, type SafeReconcile } from '../../fixes/safe-reconcile.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { distinct, named } from '../../fixes/text.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { membership, unresolvedIn } from '../../facts/membership.ts';
import { reconcileUser, removeMember } from '../../fixes/pool-fixes.ts';

/** Finds entries of backend pools that are no node of the cluster: gone machines, or those of somebody else. */
export const staleMember = defineRule(
  {
    id: 'backend/stale-member',
    title: 'Backend pool contains a member that is not a cluster node',
    why: 'A probe takes such a member out of rotation; without a probe, Azure keeps sending it its share of new connections, which are lost.',
    remedy: 'Trigger a reconcile; remove leftover pool members manually.',
    severity: 'medium',
    source: "Azure's cloud provider: how backend pools are reconciled",
  },
  { needs: [membership, clusterView], fixes: [safeReconcile] },
  ({ membership: { pools, unknownKinds }, clusterView: view, safeReconcile: isSafe }) => {
    const byLoadBalancer = Map.groupBy(pools, ({ loadBalancer }) => loadBalancer);
    const { faults, unknown } = judgeEach(byLoadBalancer, ([loadBalancer, own]) => {
      const stale = own.flatMap((each) => staleOf(each, view));
      if (stale.length > 0) return faultOf(loadBalancer.name, stale, isSafe);
      const unresolved = unresolvedIn(
        view,
        own.map(({ pool }) => pool),
      );
      return unresolved && { subject: loadBalancer, ...unresolved };
    });
    return { faults, unknown: [...unknown, ...unknownKinds] };
  },
);

interface Stale {
  readonly inbound: InboundPool;
  readonly member: BackendMember;
  readonly name: string;
  /** Members of the pool in all. */
  readonly of: number;
}

function staleOf(inbound: InboundPool, view: ClusterView): readonly Stale[] {
  const { nodes, stale, unresolved } = view.members(inbound.pool);
  if (stale.length === 0) return [];
  const names = new Set<string>();
  return inbound.pool.members.flatMap((member) => {
    const resolved = view.topology.resolve(member);
    if (resolved.kind !== 'stale' || names.has(resolved.name)) return [];
    names.add(resolved.name);
    const of = nodes.length + stale.length + (unresolved?.count ?? 0);
    return [{ inbound, member, name: resolved.name, of }];
  });
}

/** Rules that send connections to an entry whatever becomes of its machine. */
function unprobedRules({ inbound, member }: Stale): readonly string[] {
  if (member.adminState === 'down' || member.adminState === 'drain') return [];
  return inbound.users
    .filter(({ rule }) => rule.probeId === undefined || member.adminState === 'up')
    .map(({ rule }) => rule.name);
}

function faultOf(loadBalancer: string, stale: readonly Stale[], isSafe: SafeReconcile): Fault {
  const names = distinct(stale.map((each) => each.name));
  const pools = distinct(stale.map((each) => poolText(each.inbound)));
  const unprobed = distinct(stale.flatMap(unprobedRules));
  const lossy = stale.filter((each) => unprobedRules(each).length > 0);
  const inPool = Map.groupBy(lossy, (each) => each.inbound.pool);
  const lost = Math.max(0, ...[...inPool.values()].map((each) => each.length / (each[0]?.of ?? 1)));
  const all = stale.map((each) => each.inbound);
  const is = names.length === 1 ? 'is' : 'are';
  return {
    subject: { kind: 'LoadBalancer', name: loadBalancer },
    severity: unprobed.length > 0 ? 'high' : 'medium',
    title: `Backend pool of ${loadBalancer} contains ${counted(names.length, 'member')} that ${is} not ${names.length === 1 ? 'a cluster node' : 'cluster nodes'}`,
    message: `${listed(names)} ${is} in ${named('pool', pools)} but ${names.length === 1 ? 'does' : 'do'} not belong to a cluster node. ${consequence(unprobed, lost)} Such members remain when no successful pool update follows a node deletion, or when a VM never joins the cluster; Azure may have reassigned an address to another VM.`,
    causes: compacted([unprobed.length > 0 && 'no-probe', 'stale-member']),
    evidence: {
      members: names,
      pools,
      rulesWithoutProbe: unprobed,
      lostAtMost: fourDecimals(lost),
    },
    fixes: compacted([
      isSafe(all) &&
        reconcileUser(all, 'Trigger a reconcile of the backend pools', [
          'one extra reconcile; members that remain belong to an existing VM',
        ]),
      {
        title: 'Remove leftover pool members manually',
        steps: stale
          .slice(0, 3)
          .map(({ inbound, member }) => removeMember(inbound.loadBalancer, inbound.pool, member)),
        price: [
          'a VM that is still joining the cluster is missing from the pool until the next update',
        ],
      },
    ]),
  };
}

function consequence(unprobed: readonly string[], lost: number): string {
  return unprobed.length === 0
    ? 'Health probes keep new connections away from them.'
    : `${named('Rule', unprobed)} ${unprobed.length === 1 ? 'has' : 'have'} no probe, so ${percent(lost)} of ${unprobed.length === 1 ? 'its' : 'their'} new connections are lost.`;
}

function fourDecimals(fraction: number): number {
  return Math.round(fraction * 1e4) / 1e4;
}
