import type { LoadBalancerDescription } from '../description.ts';
import { azureName, servicesOn, type Layout } from '../layout.ts';
import { etag, networkId } from '../names.ts';
import { seededUid } from '../seed.ts';
import type { SimulatedService } from '../services.ts';
import { backendPool, outboundPool, plannedPools, poolId } from './backend-pools.ts';
import { outboundBalancer, outboundIpNames } from './public-ip.ts';
import { plannedRules, probeJson, probesOf, ruleJson, type PlannedRule } from './rules.ts';

/** A load balancer as the cloud provider and AKS leave it in the node resource group. */
export function loadBalancerJson(layout: Layout, balancer: LoadBalancerDescription): object {
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
