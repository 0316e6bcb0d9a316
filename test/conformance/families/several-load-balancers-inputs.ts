import { parseLabelSelector } from '../../../shared/collect/parse-pod-spec.ts';
import {
  armId,
  nodeName,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type LoadBalancerRule,
  type Node,
  type PublicIpAddress,
} from '../../../shared/model/index.ts';
import { listOf, mapOf, numberOf, objectOf, textOf, type Json } from '../family.ts';
import { cursor } from './placement-inputs.ts';

export function configurationOf(value: Json): LoadBalancerConfiguration {
  const config = objectOf(value);
  const primaryNodePool = textOf(config['primaryVMSet']);
  const selectors = (['nodeSelector', 'serviceLabelSelector', 'serviceNamespaceSelector'] as const)
    .map((field) => [field, parseLabelSelector(cursor(config[field]))] as const)
    .filter(([, selector]) => selector !== undefined);
  return {
    name: textOf(config['name']),
    allowServicePlacement: config['allowServicePlacement'] !== false,
    ...(primaryNodePool !== '' && { primaryNodePool }),
    ...Object.fromEntries(selectors),
  };
}

const group = '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Network';

/** A load balancer of a vector: so many rules, its frontends, and the addresses of pool `kubernetes`. */
export function loadBalancerOf(value: Json): LoadBalancer {
  const given = objectOf(value);
  const name = textOf(given['name']);
  const id = armId(`${group}/loadBalancers/${name}`);
  const rule: LoadBalancerRule = {
    id,
    name: 'rule',
    protocol: 'tcp',
    frontendPort: 80,
    backendPoolIds: [],
    floatingIp: true,
  };
  const addresses = listOf(given['poolAddresses']).map(objectOf);
  return {
    id,
    name,
    resourceGroup: 'rg',
    sku: 'standard',
    frontends: listOf(given['frontends'])
      .map(objectOf)
      .map((frontend) => ({
        id,
        name: textOf(frontend['name']),
        hasOutboundRules: false,
        ...(typeof frontend['privateIP'] === 'string' && { privateIp: frontend['privateIP'] }),
      })),
    backendPools: [
      {
        id,
        name: 'kubernetes',
        members: addresses.map((each) => ({ kind: 'ip', ip: textOf(each['ip']) })),
      },
    ],
    rules: Array.from({ length: numberOf(given['ruleCount']) }, () => rule),
    probes: [],
    outboundRules: [],
    inboundNatRuleCount: 0,
  };
}

export function publicIpOf(value: Json): PublicIpAddress {
  const given = objectOf(value);
  const loadBalancer = textOf(given['loadBalancer']);
  return {
    id: armId(`${group}/publicIPAddresses/${textOf(given['name'])}`),
    name: textOf(given['name']),
    resourceGroup: 'rg',
    address: textOf(given['address']),
    tags: mapOf(given['tags']),
    ...(loadBalancer !== '' && {
      ipConfigurationId: armId(
        `${group}/loadBalancers/${loadBalancer}/frontendIPConfigurations/frontend`,
      ),
    }),
  };
}

export function nodeOf(value: Json): Node {
  const given = objectOf(value);
  return {
    name: nodeName(textOf(given['name'])),
    labels: mapOf(given['labels']),
    taints: [],
    unschedulable: false,
    deleting: false,
    ready: 'true',
    providerId: '',
    internalIps: listOf(given['ips']).map(textOf),
  };
}

/** The VM set of each node, as the vector says it. */
export function setOf(nodes: Json | undefined): (node: Node) => string | undefined {
  const sets = new Map(
    listOf(nodes).map((value) => [
      textOf(objectOf(value)['name']),
      textOf(objectOf(value)['vmSet']),
    ]),
  );
  return (node) => sets.get(node.name);
}
