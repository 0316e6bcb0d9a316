import {
  chooseConfiguration,
  configurationFaults,
  eligibleConfigurations,
  ipPoolAddresses,
  isInternal,
  placeNodes,
  placeService,
  rememberedFromPools,
  type EligibilityOfService,
} from '../../../shared/load-balancing/index.ts';
import { read, sameName } from '../../../shared/model/index.ts';
import { listOf, mapOf, objectOf, textOf, type FamilyRunner, type JsonObject } from '../family.ts';
import {
  configurationOf,
  loadBalancerOf,
  nodeOf,
  publicIpOf,
  setOf,
} from './several-load-balancers-inputs.ts';

/** Family `multiSlbSelection`: which configurations may hold a Service, and which one does. */
export const multiSlbSelection: FamilyRunner = ({ input }) => {
  const loadBalancers = listOf(input['existingLBs']).map(loadBalancerOf);
  switch (textOf(input['step'])) {
    case 'eligible': {
      const found = eligibleConfigurations(eligibilityOf(input));
      return found.kind === 'eligible' ? { eligible: found.names } : refusal(found);
    }
    case 'choose': {
      const current = textOf(input['currentLB']) || undefined;
      const eligible = listOf(input['eligible']).map(textOf);
      const internal = input['isInternal'] === true;
      return {
        lbName: chooseConfiguration({ current, eligible, internal }, loadBalancers) ?? '',
      };
    }
    case 'name': {
      const service = objectOf(input['service']);
      const annotations = mapOf(service['annotations']);
      const internal =
        typeof input['isInternal'] === 'boolean' ? input['isInternal'] : isInternal(annotations);
      const eligibility = eligibilityOf(input);
      const placed = placeService(
        {
          ...eligibility,
          service: {
            ...eligibility.service,
            uid: textOf(service['uid']),
            loadBalancerIp: textOf(service['loadBalancerIP']),
            ipFamilies: listOf(service['ipFamilies']).map((each) =>
              each === 'IPv6' ? 'IPv6' : 'IPv4',
            ),
          },
          loadBalancers,
          publicIps: read(listOf(input['publicIPs']).map(publicIpOf)),
          resourceGroup: 'rg',
          clusterName: 'azure',
        },
        internal,
        input['wantLB'] !== false,
      );
      if (placed.kind === 'placed') return { lbName: placed.loadBalancer };
      return placed.kind === 'none' ? { lbName: internal ? '-internal' : '' } : refusal(placed);
    }
    default:
      return {};
  }
};

function refusal(
  answer: { readonly error: string } | { readonly kind: 'unknown'; readonly why: string },
): JsonObject {
  return { error: 'error' in answer ? answer.error : answer.why };
}

function eligibilityOf(input: JsonObject): EligibilityOfService {
  const service = objectOf(input['service']);
  const subject = `${textOf(service['namespace'])}/${textOf(service['name'])}`;
  const configurations = listOf(input['configs']).map(objectOf);
  return {
    service: {
      namespace: textOf(service['namespace']),
      name: textOf(service['name']),
      labels: mapOf(service['labels']),
      annotations: mapOf(service['annotations']),
    },
    configurations: configurations.map(configurationOf),
    namespaceLabels: mapOf(input['namespaceLabels']),
    activeOn: configurations
      .filter((each) =>
        listOf(each['activeServices']).some((name) => sameName(textOf(name), subject)),
      )
      .map((each) => textOf(each['name'])),
  };
}

/** Family `multiSlbNodePlacement`: where the nodes sit, whether the configurations are valid, and one pool's addresses. */
export const multiSlbNodePlacement: FamilyRunner = ({ input }) => {
  const configurations = listOf(input['configs']).map(configurationOf);
  switch (textOf(input['step'])) {
    case 'placement':
      return placement(input);
    case 'validate': {
      // A selector that is wrong stops the controller later, not at its start.
      const fault = configurationFaults(configurations, {
        backendPoolType: textOf(input['backendPoolType']),
      }).find(({ code }) => code !== 'bad-selector');
      return fault === undefined ? {} : { error: fault.text };
    }
    case 'poolMembers':
      return { poolAddresses: poolMembers(input) };
    default:
      return {};
  }
};

const clusterName = 'kubernetes';

function placement(input: JsonObject): JsonObject {
  const configs = listOf(input['configs']).map(objectOf);
  const configurations = configs.map(configurationOf);
  const nodes = listOf(input['nodes']).map(nodeOf);
  const loadBalancers = listOf(input['existingLBs']).map(loadBalancerOf);
  const fromPools = rememberedFromPools(configurations, loadBalancers, nodes, clusterName);
  const remembered = configs.map((each): [string, readonly string[]] => {
    const name = textOf(each['name']);
    const before = listOf(each['activeNodes']).map(textOf);
    return [name, input['restart'] === true ? [...before, ...(fromPools.get(name) ?? [])] : before];
  });
  const placed = placeNodes({
    configurations,
    nodes,
    setOf: setOf(input['nodes']),
    loadBalancers,
    creating: textOf(input['creatingLB']),
    remembered: new Map(remembered),
  });
  if (placed.kind === 'error') return { error: placed.error };
  return {
    nodesByConfig: Object.fromEntries(
      [...placed.nodesOf].map(([name, members]) => [name, members.toSorted()]),
    ),
  };
}

function poolMembers(input: JsonObject): readonly string[] {
  const several = input['multiSLB'] === true;
  const pool = objectOf(input['pool']);
  const local = objectOf(input['service'])['externalTrafficPolicy'] === 'Local';
  const own = listOf(input['configs'])
    .map(objectOf)
    .find((each) => sameName(textOf(each['name']), textOf(input['loadBalancer'])));
  const belonging = local ? input['endpointNodes'] : own?.['activeNodes'];
  return ipPoolAddresses({
    pool: {
      name: textOf(pool['name']),
      members: listOf(pool['addresses']).map((ip) => ({ kind: 'ip', ip: textOf(ip) })),
    },
    nodes: listOf(input['nodes']).map(nodeOf),
    belonging:
      several && Array.isArray(belonging) ? new Set(listOf(belonging).map(textOf)) : undefined,
    mayBeEmpty: several,
  });
}
