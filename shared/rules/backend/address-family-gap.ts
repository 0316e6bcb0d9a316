import {
  poolNameOf,
  reasonOf,
  type IpFamily,
  type LoadBalancer,
  type Node,
  type Reason,
} from '../../model/index.ts';
import { kubectl } from '../../fixes/commands.ts';
import {
  isIpv6PoolName,
  scaleSetObstacle,
  serviceControllerExcludes,
  windowsImageOf,
} from '../../load-balancing/index.ts';
import { clusterView, type ClusterView } from '../../facts/index.ts';
import { safeReconcile, type SafeReconcile } from '../../fixes/safe-reconcile.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { distinct, named, quoted } from '../../fixes/text.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { membership, unresolvedIn } from '../../facts/membership.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';

/** Finds nodes of a dual-stack cluster that take connections of one address family only. */
export const addressFamilyGap = defineRule(
  {
    id: 'backend/address-family-gap',
    title: 'Node is a backend for only one IP family',
    why: 'IPv4 and IPv6 have separate pools: with Local, pods on such a node get no traffic of the missing IP family.',
    remedy: 'Give the node an address of the missing IP family, or keep the pods off the node.',
    severity: 'low',
    source: "Azure's cloud provider: backend pools by IP family",
  },
  { needs: ['nodes', membership, clusterView], fixes: [safeReconcile] },
  ({ nodes, membership: { pools, unknownKinds }, clusterView: view, safeReconcile: isSafe }) => {
    const gaps = new Map<Node, FamilyGap[]>();
    const unknown: Reason[] = [];
    for (const pair of pairsOf(pools)) {
      const unresolved = unresolvedIn(view, [pair.IPv4.pool, pair.IPv6.pool]);
      if (unresolved !== undefined)
        unknown.push(reasonOf(unresolved, `${pair.loadBalancer.name}: ${unresolved.why}`));
      else
        for (const [node, gap] of gapsIn(pair, view))
          gaps.set(node, [...(gaps.get(node) ?? []), gap]);
    }
    return {
      faults: nodes.flatMap((node) => {
        const own = gaps.get(node) ?? [];
        return own.length === 0 ? [] : [faultOf(node, own, isSafe)];
      }),
      unknown: [...unknown, ...unknownKinds],
    };
  },
);

/** The pools of one load balancer that differ by their family only. */
interface Pair {
  readonly loadBalancer: LoadBalancer;
  readonly IPv4: InboundPool;
  readonly IPv6: InboundPool;
}

interface FamilyGap {
  readonly present: InboundPool;
  readonly missing: InboundPool;
  readonly family: IpFamily;
}

function pairsOf(pools: readonly InboundPool[]): readonly Pair[] {
  const groups = Map.groupBy(
    pools,
    ({ loadBalancer, pool }) =>
      `${loadBalancer.id} ${pool.name.toLowerCase().replace(/-ipv6$/u, '')}`,
  );
  return [...groups.values()].flatMap((group) => {
    const IPv6 = group.find(({ pool }) => isIpv6PoolName(pool.name));
    const IPv4 = group.find((each) => each !== IPv6);
    return IPv4 === undefined || IPv6 === undefined
      ? []
      : [{ loadBalancer: IPv4.loadBalancer, IPv4, IPv6 }];
  });
}

/** Nodes that the controller would take out of both pools anyway have other findings. */
function gapsIn({ IPv4, IPv6 }: Pair, view: ClusterView): readonly (readonly [Node, FamilyGap])[] {
  const nodesOf = ({ pool }: InboundPool): readonly Node[] =>
    view.members(pool).nodes.map(({ node }) => node);
  const missingFrom = (present: InboundPool, missing: InboundPool, family: IpFamily) => {
    const held = new Set(nodesOf(missing));
    return nodesOf(present)
      .filter((node) => !held.has(node) && serviceControllerExcludes(node) === undefined)
      .map((node) => [node, { present, missing, family }] as const);
  };
  return [...missingFrom(IPv4, IPv6, 'IPv6'), ...missingFrom(IPv6, IPv4, 'IPv4')];
}

type GapCause = 'no-address-of-family' | 'windows-2019' | 'node-missing-from-pool';

function causeOf(node: Node, { family, present, missing }: FamilyGap): GapCause {
  const has = (ipv6: boolean): boolean => node.internalIps.some((ip) => ip.includes(':') === ipv6);
  const obstacle = scaleSetObstacle(
    {
      providerId: node.providerId,
      networkConfigured: true,
      hasIpv6: has(true),
      windowsImage: windowsImageOf(node),
      poolIds: [present.pool.id],
    },
    { id: missing.pool.id, sku: missing.loadBalancer.sku },
  );
  if (obstacle === 'windows-2019' || obstacle === 'no-address-of-family') return obstacle;
  return has(family === 'IPv6') ? 'node-missing-from-pool' : 'no-address-of-family';
}

const sentences: Readonly<Record<GapCause, string>> = {
  'no-address-of-family': 'The node has no internal address of that IP family.',
  'windows-2019': 'Windows Server 2019 does not support IPv6 backends.',
  'node-missing-from-pool':
    'The node has an address of that IP family; the data that was read does not show why it is missing.',
};

function faultOf(node: Node, gaps: readonly FamilyGap[], isSafe: SafeReconcile): Fault {
  const causes = [...new Set(gaps.map((gap) => causeOf(node, gap)))].toSorted();
  const families = distinct(gaps.map(({ family }) => family));
  const missing = distinct(gaps.map((gap) => poolText(gap.missing)));
  const present = distinct(gaps.map((gap) => poolText(gap.present)));
  return {
    subject: { kind: 'Node', name: node.name },
    title: `Node ${node.name} is not a backend for ${families.join(' and ')}`,
    message: `${node.name} is in ${named('pool', present)} but not in ${missing.join(', ')}: it receives no ${families.join(' and ')} connections, and with Local neither do its pods. ${causes.map((cause) => sentences[cause]).join(' ')}`,
    causes,
    evidence: {
      nodePool: poolNameOf(node) ?? 'none',
      internalIps: node.internalIps,
      in: present,
      notIn: missing,
    },
    fixes: [fixOf(node, gaps, causes, isSafe)],
  };
}

function fixOf(
  node: Node,
  gaps: readonly FamilyGap[],
  causes: readonly GapCause[],
  isSafe: SafeReconcile,
): Fix {
  const pools = gaps.map(({ missing }) => missing);
  if (causes.includes('node-missing-from-pool') && isSafe(pools))
    return reconcileUser(pools, 'Trigger a reconcile of the backend pools');
  const addresses = "-o jsonpath='{.status.addresses}'";
  return {
    title: 'Check the node’s addresses',
    steps: [kubectl(`get node ${quoted(node.name)} ${addresses}`)],
    price: ['none (read-only); replace a dual-stack node that lacks its second address'],
  };
}
