import {
  compareText,
  type LoadBalancer,
  type ManagedCluster,
  type NodePool,
} from '../../../shared/model/index.ts';

/** The index writes facts as `k8s 1.27.7; state Succeeded/Running; LB Standard; …`. */

const absent = 'absent';

function after(facts: string, word: string): string | undefined {
  return facts
    .split('; ')
    .find((part) => part.startsWith(`${word} `))
    ?.slice(word.length + 1);
}

export function clusterFacts(facts: string): Record<string, unknown> {
  const parts = facts.split('; ');
  const [provisioning = '', power = ''] = (after(facts, 'state') ?? '').split('/');
  const autoProvisioning = after(facts, 'NAP');
  return {
    kubernetes: after(facts, 'k8s'),
    provisioning,
    power,
    sku: after(facts, 'LB')?.toLowerCase(),
    poolType: after(facts, 'pool type')?.toLowerCase(),
    outbound: after(facts, 'outbound'),
    cilium: after(facts, 'net')?.endsWith('cilium'),
    autoProvisioning: autoProvisioning ?? absent,
    entra: parts.some((part) => part.startsWith('AAD')),
    azureRbac: parts.includes('AAD + Azure RBAC'),
    privateCluster: parts.includes('PRIVATE'),
    dualStack: parts.includes('dual stack'),
    pools: poolFacts(after(facts, 'pools') ?? ''),
  };
}

export function factsOfCluster(cluster: ManagedCluster): Record<string, unknown> {
  const provisioning = cluster.nodeAutoProvisioning;
  return {
    kubernetes: cluster.kubernetesVersion,
    provisioning: cluster.provisioningState,
    power: cluster.powerState ?? '?',
    sku: cluster.loadBalancerSku,
    poolType: cluster.backendPoolType ?? absent,
    outbound: cluster.outboundType ?? absent,
    cilium: cluster.networkDataplane === 'cilium',
    autoProvisioning: provisioning === undefined ? absent : provisioning ? 'Auto' : 'Manual',
    entra: cluster.access.entra,
    azureRbac: cluster.access.azureRbac,
    privateCluster: cluster.access.privateCluster,
    dualStack: cluster.ipFamilies.length === 2,
    pools: cluster.nodePools.map(factsOfPool),
  };
}

/** `name(type,mode,count=1,power=Stopped,taints=a=b:Effect+c=d:Effect,zones=1/2/3)`; counts by size are no count. */
export function poolFacts(text: string): readonly Record<string, unknown>[] {
  return [...text.matchAll(/(\w+)\(([^,]+),([^,]+),count=(\w+)([^)]*)\)( Spot)?/gu)].map(
    ([, name, type, mode, count, rest = '', spot]) => {
      const field = (key: string): string | undefined =>
        new RegExp(`,${key}=(.*?)(?:,(?:init|zones|taints)=|$)`, 'u').exec(rest)?.[1];
      return {
        name,
        type,
        mode: mode === 'mode absent' ? absent : mode?.toLowerCase(),
        count: count === 'None' ? 'by size' : Number(count),
        stopped: rest.includes('power=Stopped'),
        taints: field('taints')?.split('+') ?? [],
        zones: field('zones')?.split('/') ?? [],
        spot: spot !== undefined,
      };
    },
  );
}

export function factsOfPool(pool: NodePool): Record<string, unknown> {
  return {
    name: pool.name,
    type: pool.type,
    mode: pool.mode ?? absent,
    count: pool.type === 'VirtualMachines' ? 'by size' : pool.count,
    stopped: pool.powerState === 'Stopped',
    taints: pool.taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`),
    zones: pool.zones,
    spot: pool.spot,
  };
}

/** `name: sku S, frontends 1, rules 0, probes 0, pools a[2 NIC refs, 0 addresses], b[…]` */
export function factsOfLoadBalancer(loadBalancer: LoadBalancer): string {
  const pools = loadBalancer.backendPools
    .map(({ name, members }) => `${name}[${memberFacts(members)}]`)
    .toSorted(compareText);
  const { name, sku, frontends, rules, probes } = loadBalancer;
  return `${name}: sku ${sku}, frontends ${frontends.length}, rules ${rules.length}, probes ${probes.length}, pools ${pools.join(', ')}`.trim();
}

export function memberFacts(members: LoadBalancer['backendPools'][number]['members']): string {
  const nics = members.filter(({ kind }) => kind === 'nic').length;
  return `${nics} NIC refs, ${members.length - nics} addresses`;
}

/** The index's words for one load balancer, with the SKU as we keep it. */
export function loadBalancerFacts(facts: string): string {
  const [head = '', pools = ''] = facts.replace(/^\d+ items; /u, '').split(/, pools ?/u);
  const inOrder = pools
    .split(/(?<=\]), /u)
    .toSorted(compareText)
    .join(', ');
  return `${head.replace(/sku \w+/u, (sku) => sku.toLowerCase())}, pools ${inOrder}`.trim();
}
