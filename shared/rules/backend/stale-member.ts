import type { BackendMember } from '../../model/index.ts';
import { clusterView, type ClusterView, type Unjudged } from '../../facts/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { counted, distinct, listed, named, percent } from '../../fixes/text.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { membership } from '../../facts/membership.ts';
import { reconcileUser, removeMember } from '../../fixes/pool-fixes.ts';

/** Finds entries of backend pools that are no node of the cluster: gone machines, or those of somebody else. */
export const staleMember = defineRule(
  {
    id: 'backend/stale-member',
    title: 'A backend pool holds a machine that is no node of the cluster',
    why: 'A probe takes such a member out; where a rule has none, Azure goes on sending it its part of the new connections, and they are lost.',
    remedy: 'Make the cloud provider reconcile a Service; remove what it leaves by hand.',
    severity: 'medium',
    source: "Azure's cloud provider: how backend pools are reconciled",
  },
  { needs: [membership, clusterView] },
  ({ membership: { pools, unknownKinds }, clusterView: view }) => {
    const byLoadBalancer = Map.groupBy(pools, ({ loadBalancer }) => loadBalancer);
    const faults: Fault[] = [];
    const unjudged: Unjudged[] = [];
    for (const [loadBalancer, own] of byLoadBalancer) {
      const stale = own.flatMap((each) => staleOf(each, view));
      const [why] = own.flatMap(({ pool }) => view.members(pool).unknown);
      if (stale.length > 0) faults.push(faultOf(loadBalancer.name, stale));
      else if (why !== undefined) unjudged.push({ subject: loadBalancer, why });
    }
    return { faults, unknown: [...unjudged, ...unknownKinds] };
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
  const { nodes, stale, unknown } = view.members(inbound.pool);
  if (stale.length === 0) return [];
  const names = new Set<string>();
  return inbound.pool.members.flatMap((member) => {
    const resolved = view.topology.resolve(member);
    if (resolved.kind !== 'stale' || names.has(resolved.name)) return [];
    names.add(resolved.name);
    const of = nodes.length + stale.length + unknown.length;
    return [{ inbound, member, name: resolved.name, of }];
  });
}

/** Rules that send connections to an entry whatever becomes of its machine. */
function blindRules({ inbound, member }: Stale): readonly string[] {
  if (member.adminState === 'down' || member.adminState === 'drain') return [];
  return inbound.users
    .filter(({ rule }) => rule.probeId === undefined || member.adminState === 'up')
    .map(({ rule }) => rule.name);
}

function faultOf(loadBalancer: string, stale: readonly Stale[]): Fault {
  const names = distinct(stale.map((each) => each.name));
  const pools = distinct(stale.map((each) => poolText(each.inbound)));
  const blind = distinct(stale.flatMap(blindRules));
  const lossy = stale.filter((each) => blindRules(each).length > 0);
  const inPool = Map.groupBy(lossy, (each) => each.inbound.pool);
  const lost = Math.max(0, ...[...inPool.values()].map((each) => each.length / (each[0]?.of ?? 1)));
  const is = names.length === 1 ? 'is' : 'are';
  return {
    subject: { kind: 'LoadBalancer', name: loadBalancer },
    severity: blind.length > 0 ? 'high' : 'medium',
    title: `${counted(names.length, 'backend')} of load balancer ${loadBalancer} ${is} no node of the cluster`,
    message: `${listed(names)} ${is} in ${named('pool', pools)} and ${names.length === 1 ? 'belongs' : 'belong'} to no node. ${consequence(blind, lost)} A deletion that was not followed by a successful pool update leaves such entries, and so does a machine that never became a node; an address may meanwhile be that of another machine.`,
    causes: [...(blind.length > 0 ? ['no-probe'] : []), 'stale-member'],
    evidence: { members: names, pools, rulesWithoutProbe: blind, lostAtMost: rounded(lost) },
    fixes: [
      reconcileUser(
        stale.map((each) => each.inbound),
        'Make the cloud provider put the pools right',
        ['none beyond one more reconcile; what stays belongs to a machine that still exists'],
      ),
      {
        title: 'Take out by hand what a reconcile leaves, or find the machine behind it',
        steps: stale
          .slice(0, 3)
          .map(({ inbound, member }) => removeMember(inbound.loadBalancer, inbound.pool, member)),
        price: ['a machine that is about to become a node loses its place until the next update'],
      },
    ],
  };
}

function consequence(blind: readonly string[], lost: number): string {
  return blind.length === 0
    ? 'The probes of the rules keep new connections away from there.'
    : `${named('Rule', blind)} ${blind.length === 1 ? 'has' : 'have'} no probe that would notice, so ${percent(lost)} of ${blind.length === 1 ? 'its' : 'their'} new connections are lost there.`;
}

function rounded(fraction: number): number {
  return Math.round(fraction * 1e4) / 1e4;
}
