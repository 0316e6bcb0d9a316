import type { LoadBalancerDescription, PortDescription } from '../description.ts';
import type { Layout } from '../layout.ts';
import { etag, lowerGroup } from '../names.ts';
import { protocolOf, type SimulatedService } from '../services.ts';
import { localPoolName, poolId } from './backend-pools.ts';

export interface PlannedRule {
  readonly name: string;
  readonly service: SimulatedService;
  readonly port: PortDescription;
  readonly pool: string;
  readonly probe: PlannedProbe | undefined;
}

interface PlannedProbe {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly intervalSeconds: number;
  readonly threshold: number;
}

/** The rules of a Service, one per port. */
export function plannedRules(
  layout: Layout,
  balancer: LoadBalancerDescription,
  service: SimulatedService,
): readonly PlannedRule[] {
  const ownPool = Object.hasOwn(balancer.localPools, service.key);
  return service.service.ports.map((port, at) => {
    const name = `${service.frontend}-${protocolOf(port)}-${port.port}`;
    return {
      name,
      service,
      port,
      pool: ownPool ? localPoolName(service.key) : balancer.poolName,
      probe: plannedProbe(name, service, port, service.nodePorts[at]),
    };
  });
}

/** What follows from the policy, unless the description says what stands in Azure instead. */
function plannedProbe(
  rule: string,
  { service, frontend, healthCheckNodePort }: SimulatedService,
  port: PortDescription,
  nodePort: number | undefined,
): PlannedProbe | undefined {
  if (port.probe === 'none') return undefined;
  const given = port.probe ?? {};
  const local = service.policy === 'Local' && given.port === undefined;
  if (!local && given.port === undefined && protocolOf(port) !== 'TCP') return undefined;
  const protocol = given.protocol ?? (local ? 'Http' : 'Tcp');
  const path = given.path ?? (local ? '/healthz' : '/');
  return {
    name: local ? `${frontend}-TCP-${healthCheckNodePort ?? 0}` : rule,
    protocol,
    port: given.port ?? (local ? healthCheckNodePort : nodePort) ?? 0,
    path: protocol === 'Tcp' ? undefined : path,
    intervalSeconds: given.intervalSeconds ?? 5,
    threshold: given.threshold ?? 2,
  };
}

/** Each probe once: rules share those of Local Services. */
export function probesOf(rules: readonly PlannedRule[]): readonly PlannedProbe[] {
  const byName = new Map(
    rules.flatMap(({ probe }) => (probe ? [[probe.name, probe] as const] : [])),
  );
  return [...byName.values()];
}

/** SCTP passes only where everything does. */
const armProtocol = new Map([
  ['TCP', 'Tcp'],
  ['UDP', 'Udp'],
  ['SCTP', 'All'],
]);

/** A load balancing rule in `loadBalancers`. */
export function ruleJson(
  layout: Layout,
  id: string,
  balancer: LoadBalancerDescription,
  { name, service, port, pool, probe }: PlannedRule,
): object {
  const ruleId = `${id}/loadBalancingRules/${name}`;
  const tcp = protocolOf(port) === 'TCP';
  // Written from inside the cluster, so the group of the ids is in lower case.
  const inner = (text: string): { readonly id: string } => ({ id: lowerGroup(layout.names, text) });
  const backend = inner(poolId(layout, balancer, pool));
  return {
    name,
    id: ruleId,
    etag: etag(ruleId),
    type: 'Microsoft.Network/loadBalancers/loadBalancingRules',
    properties: {
      provisioningState: 'Succeeded',
      frontendIPConfiguration: inner(`${id}/frontendIPConfigurations/${service.frontend}`),
      frontendPort: port.port,
      backendPort: port.port,
      enableFloatingIP: port.floatingIp ?? true,
      idleTimeoutInMinutes: service.service.idleTimeoutMinutes,
      protocol: armProtocol.get(protocolOf(port)),
      enableTcpReset: tcp && balancer.sku === 'Standard',
      disableOutboundSnat: balancer.sku === 'Standard',
      loadDistribution: service.service.sessionAffinity === 'ClientIP' ? 'SourceIP' : 'Default',
      backendAddressPool: backend,
      backendAddressPools: [backend],
      probe: probe && inner(`${id}/probes/${probe.name}`),
    },
  };
}

/** A health probe, with the rules that share it. */
export function probeJson(id: string, probe: PlannedProbe, rules: readonly PlannedRule[]): object {
  const probeId = `${id}/probes/${probe.name}`;
  return {
    name: probe.name,
    id: probeId,
    etag: etag(probeId),
    type: 'Microsoft.Network/loadBalancers/probes',
    properties: {
      provisioningState: 'Succeeded',
      intervalInSeconds: probe.intervalSeconds,
      numberOfProbes: 1,
      probeThreshold: probe.threshold,
      noHealthyBackendsBehavior: 'AllProbedDown',
      protocol: probe.protocol,
      port: probe.port,
      requestPath: probe.path,
      loadBalancingRules: rules
        .filter((rule) => rule.probe?.name === probe.name)
        .map(({ name }) => ({ id: `${id}/loadBalancingRules/${name}` })),
    },
  };
}
