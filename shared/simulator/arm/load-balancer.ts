import type { LoadBalancerDescription, PortDescription } from '../description.ts';
import { azureName, servicesOn, type Layout } from '../layout.ts';
import { etag, lowerGroup, networkId } from '../names.ts';
import { seededUid } from '../seed.ts';
import { protocolOf, type SimulatedService } from '../services.ts';
import { backendPool, localPoolName, outboundPool, plannedPools, poolId } from './backend-pools.ts';
import { outboundBalancer, outboundIpNames } from './public-ip.ts';

/** A load balancer as the cloud provider and AKS leave it in the node resource group. */
export function loadBalancer(layout: Layout, balancer: LoadBalancerDescription): object {
  const { cluster, names } = layout;
  const id = networkId(names, 'loadBalancers', azureName(balancer));
  const services = servicesOn(layout, balancer);
  const rules = services.flatMap((service) => plannedRules(layout, balancer, service));
  const egress = outboundBalancer(layout) === balancer ? outboundIpNames(layout) : [];
  return {
    name: azureName(balancer),
    id,
    etag: etag(id),
    type: 'Microsoft.Network/loadBalancers',
    location: cluster.location,
    tags: {
      'aks-managed-cluster-name': cluster.name,
      'aks-managed-cluster-rg': cluster.resourceGroup,
    },
    sku: { name: balancer.sku, tier: 'Regional' },
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: seededUid(`${id}/guid`),
      frontendIPConfigurations: [
        ...egress.map((name) => egressFrontend(layout, id, name)),
        ...services.map((service) => serviceFrontend(layout, id, balancer, service, rules)),
      ],
      backendAddressPools: plannedPools(layout, balancer).map((pool) =>
        backendPool(layout, balancer, pool),
      ),
      loadBalancingRules: rules.map((rule) => ruleJson(layout, id, balancer, rule)),
      probes: probesOf(rules).map((probe) => probeJson(id, probe, rules)),
      inboundNatRules: [],
      inboundNatPools: [],
      outboundRules: egress.length === 0 ? [] : [outboundRule(layout, id, balancer, egress)],
    },
  };
}

interface PlannedRule {
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

function plannedRules(
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

function probesOf(rules: readonly PlannedRule[]): readonly PlannedProbe[] {
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

function ruleJson(
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
      enableFloatingIP: true,
      idleTimeoutInMinutes: service.service.idleTimeoutMinutes,
      protocol: armProtocol.get(protocolOf(port)),
      enableTcpReset: tcp && balancer.sku === 'Standard',
      disableOutboundSnat: balancer.sku === 'Standard',
      loadDistribution: service.service.sessionAffinity === 'ClientIP' ? 'SourceIP' : 'Default',
      backendAddressPool: backend,
      backendAddressPools: [backend],
      ...(probe === undefined ? {} : { probe: inner(`${id}/probes/${probe.name}`) }),
    },
  };
}

function probeJson(id: string, probe: PlannedProbe, rules: readonly PlannedRule[]): object {
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
      ...(probe.path === undefined ? {} : { requestPath: probe.path }),
      loadBalancingRules: rules
        .filter((rule) => rule.probe?.name === probe.name)
        .map(({ name }) => ({ id: `${id}/loadBalancingRules/${name}` })),
    },
  };
}

function egressFrontend(layout: Layout, id: string, name: string): object {
  return frontendJson(id, name, {
    privateIPAllocationMethod: 'Dynamic',
    publicIPAddress: { id: networkId(layout.names, 'publicIPAddresses', name) },
    outboundRules: [{ id: `${id}/outboundRules/aksOutboundRule` }],
  });
}

function serviceFrontend(
  layout: Layout,
  id: string,
  balancer: LoadBalancerDescription,
  service: SimulatedService,
  rules: readonly PlannedRule[],
): object {
  const loadBalancingRules = rules
    .filter((rule) => rule.service === service)
    .map(({ name }) => ({ id: `${id}/loadBalancingRules/${name}` }));
  return frontendJson(
    id,
    service.frontend,
    balancer.internal
      ? {
          privateIPAddress: service.ip,
          privateIPAllocationMethod: 'Dynamic',
          privateIPAddressVersion: 'IPv4',
          subnet: { id: layout.names.subnetId },
          loadBalancingRules,
        }
      : {
          privateIPAllocationMethod: 'Dynamic',
          publicIPAddress: {
            id: networkId(layout.names, 'publicIPAddresses', `kubernetes-${service.frontend}`),
          },
          loadBalancingRules,
        },
  );
}

function frontendJson(id: string, name: string, properties: object): object {
  const frontendId = `${id}/frontendIPConfigurations/${name}`;
  return {
    name,
    id: frontendId,
    etag: etag(frontendId),
    type: 'Microsoft.Network/loadBalancers/frontendIPConfigurations',
    properties: { provisioningState: 'Succeeded', ...properties },
  };
}

function outboundRule(
  layout: Layout,
  id: string,
  balancer: LoadBalancerDescription,
  egress: readonly string[],
): object {
  const { outbound } = layout.cluster;
  const ruleId = `${id}/outboundRules/aksOutboundRule`;
  return {
    name: 'aksOutboundRule',
    id: ruleId,
    etag: etag(ruleId),
    type: 'Microsoft.Network/loadBalancers/outboundRules',
    properties: {
      provisioningState: 'Succeeded',
      allocatedOutboundPorts: outbound.allocatedPorts,
      protocol: 'All',
      enableTcpReset: true,
      idleTimeoutInMinutes: outbound.idleTimeoutMinutes,
      backendAddressPool: { id: poolId(layout, balancer, outboundPool) },
      frontendIPConfigurations: egress.map((name) => ({
        id: `${id}/frontendIPConfigurations/${name}`,
      })),
    },
  };
}
