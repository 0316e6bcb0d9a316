import type { LoadBalancerDescription } from '../description.ts';
import { azureName, servicesOn, type Layout } from '../layout.ts';
import { taintJson, type SimulatedNode } from '../nodes.ts';
import { isReady } from '../kubernetes/pod.ts';
import { plannedPools } from './backend-pools.ts';
import { plannedRules, type PlannedRule } from './rules.ts';

/** One backend as Azure's probes see it. */
export interface SimulatedHealth {
  readonly ip: string;
  readonly ipConfigurationId: string | undefined;
  readonly reason: string;
}

/** A load balancer and one of its rules by their names in Azure. */
export function findRule(
  layout: Layout,
  loadBalancer: string,
  rule: string,
): { readonly balancer: LoadBalancerDescription; readonly rule: PlannedRule } | undefined {
  const balancer = layout.cluster.loadBalancers.find((one) => same(azureName(one), loadBalancer));
  const planned =
    balancer === undefined
      ? []
      : servicesOn(layout, balancer).flatMap((service) => plannedRules(layout, balancer, service));
  const found = planned.find(({ name }) => same(name, rule));
  return balancer && found && { balancer, rule: found };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What the probe of a rule gets from every member of its pool. */
export function simulatedHealth(
  layout: Layout,
  balancer: LoadBalancerDescription,
  rule: PlannedRule,
): readonly SimulatedHealth[] {
  const pool = plannedPools(layout, balancer).find(({ name }) => name === rule.pool);
  if (pool === undefined || rule.probe === undefined) return [];
  return [
    ...pool.nodes.map((node) => ({
      ip: node.ip,
      ipConfigurationId: pool.byAddress ? undefined : node.ipConfigurationId,
      reason: reasonOf(layout, rule, node),
    })),
    ...(pool.members.stale ?? []).map((ip) => ({
      ip,
      ipConfigurationId: undefined,
      reason: 'Down_Probe_TcpProbeTimeout',
    })),
  ];
}

const unreachable = 'Down_Probe_TcpProbeTimeout';
const refused = 'Down_Probe_HttpEndpointUnreachable';
const otherStatus = 'Down_Probe_HttpStatusCodeError';
const success = 'Up_Probe_Success';

function reasonOf(layout: Layout, rule: PlannedRule, node: SimulatedNode): string {
  const { probe, service, port } = rule;
  if (probe === undefined) return success;
  const http = probe.protocol !== 'Tcp';
  if (node.change?.ready !== undefined) return http ? 'Down_Probe_HttpNoResponse' : unreachable;
  if (isClosed(layout, probe.port)) return unreachable;
  if (!hasKubeProxy(layout, node)) return http ? refused : unreachable;
  if (probe.port === 10_256) return isLeaving(node) ? otherStatus : success;
  const here = hasReadyPod(layout, rule, node);
  if (probe.port === service.healthCheckNodePort) return here ? success : otherStatus;
  if (probe.port !== service.nodePorts[service.service.ports.indexOf(port)])
    return http ? refused : unreachable;
  const answers = service.service.policy === 'Local' ? here : hasReadyPod(layout, rule, undefined);
  if (!answers) return http ? refused : unreachable;
  return http && (port.status ?? 200) !== 200 ? otherStatus : success;
}

function isLeaving({ change }: SimulatedNode): boolean {
  return (change?.taints ?? []).some(
    (text) => taintJson(text).key === 'ToBeDeletedByClusterAutoscaler',
  );
}

/** Ready pods of the Service, on this node or anywhere. */
function hasReadyPod(layout: Layout, { service }: PlannedRule, node: SimulatedNode | undefined) {
  for (const workload of layout.selections.get(service.service) ?? [])
    for (const pod of layout.pods.of(workload))
      if (
        pod.placement !== undefined &&
        (node === undefined || pod.placement.node === node.ref) &&
        (isReady(pod) || service.service.publishNotReady)
      )
        return true;
  return false;
}

/** Where the cluster has the DaemonSet; a Windows node always has its own. */
function hasKubeProxy({ cluster }: Layout, node: SimulatedNode): boolean {
  const proxy = cluster.workloads.find(
    ({ namespace, name }) => namespace === 'kube-system' && name === 'kube-proxy',
  );
  if (node.pool.kind === 'VirtualNode') return false;
  if (proxy === undefined || node.pool.os === 'Windows') return true;
  for (let at = 0; at < proxy.pods.length; at += 1)
    if (proxy.pods.at(at)?.node === node.ref) return true;
  return false;
}

/** A rule of the subnet's group that denies the port to every source, ahead of Azure's own allow rule. */
function isClosed({ cluster }: Layout, port: number): boolean {
  const rules = (cluster.securityGroup?.rules ?? [])
    .filter(
      ({ source = '*', ports = ['*'] }) =>
        ['*', 'AzureLoadBalancer'].includes(source) && ports.some((range) => covers(range, port)),
    )
    .toSorted((a, b) => a.priority - b.priority);
  return rules[0]?.access === 'Deny';
}

function covers(range: string, port: number): boolean {
  if (range === '*') return true;
  const [from = Number.NaN, to = from] = range.split('-').map(Number);
  return port >= from && port <= to;
}
