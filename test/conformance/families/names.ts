import {
  backendPoolId,
  backendPoolName,
  familySuffix,
  frontendName,
  isInternalName,
  isManagedName,
  isIpv6PoolName,
  isNicPool,
  loadBalancerName,
  matchPool,
  ruleName,
  sameLoadBalancer,
  vmSetOfLoadBalancer,
} from '../../../shared/load-balancing/index.ts';
import { sameName } from '../../../shared/model/index.ts';
import {
  listOf,
  numberOf,
  objectOf,
  textOf,
  type FamilyRunner,
  type Json,
  type JsonObject,
} from '../family.ts';

/** Families `lbNaming` and `backendPoolNaming`: one product function per `op`. */
export const lbNaming: FamilyRunner = ({ input }) => answer(lbNamingOf(input));
export const backendPoolNaming: FamilyRunner = ({ input }) => answer(poolNamingOf(input));

function answer(value: Json | undefined): JsonObject {
  return value === undefined ? { error: 'no answer' } : { value };
}

function lbNamingOf(input: JsonObject): Json | undefined {
  const clusterName = textOf(input['clusterName']);
  const primaryVmSet = textOf(input['primaryVMSet']);
  const loadBalancer = textOf(input['loadBalancer']);
  const naming = {
    uid: textOf(input['uid']),
    internal: input['internal'] === true,
    subnet: textOf(input['subnet']),
    dualStack: input['dualStack'] === true,
    ipv6: input['ipv6'] === true,
  };
  const first = objectOf(input['op'] === 'haRule' ? listOf(input['ports'])[0] : input);
  switch (textOf(input['op'])) {
    case 'loadBalancer':
      return loadBalancerName({
        sku: textOf(input['sku']),
        clusterName,
        loadBalancerName: textOf(input['loadBalancerName']),
        primaryVmSet,
        vmSet: textOf(input['vmSet']),
        internal: input['isInternal'] === true,
      });
    case 'vmSetOfLB':
      return vmSetOfLoadBalancer(loadBalancer, clusterName, primaryVmSet);
    case 'rule':
    case 'haRule':
      return ruleName({
        ...naming,
        protocol: textOf(first['protocol']),
        port: numberOf(first['port']),
      });
    case 'frontend':
      return frontendName(naming);
    case 'isInternalLB':
      return isInternalName(loadBalancer);
    case 'managedLBs':
      return listOf(input['existing'])
        .map(textOf)
        .filter((name) =>
          isManagedName(name, {
            clusterName,
            ...(sameName(textOf(input['sku']), 'basic') && {
              basic: { vmSets: listOf(input['vmSets']).map(textOf), primaryVmSet },
            }),
            configurations: listOf(input['configs']).map(textOf),
          }),
        );
    default:
      return undefined;
  }
}

function poolNamingOf(input: JsonObject): Json | undefined {
  const ipv6 = input['ipv6'] === true;
  const name = textOf(input['name']);
  const clusterName = textOf(input['clusterName']);
  const wanted = objectOf(input['expectedNames']);
  switch (textOf(input['op'])) {
    case 'poolName': {
      const [namespace = '', service = ''] = textOf(input['service']).split('/');
      const local = input['multiSLB'] === true && input['externalTrafficPolicy'] === 'Local';
      return backendPoolName({
        clusterName,
        ipv6,
        ...(local && { localService: { namespace, name: service } }),
      });
    }
    case 'isIPv6Pool':
      return isIpv6PoolName(name);
    case 'matchPool':
      return { ...matchPool(name, { IPv4: textOf(wanted['IPv4']), IPv6: textOf(wanted['IPv6']) }) };
    case 'poolIDs': {
      const subscription = textOf(input['networkSubscription']) || textOf(input['subscription']);
      const loadBalancer = `/subscriptions/${subscription}/resourceGroups/${textOf(input['resourceGroup'])}/providers/Microsoft.Network/loadBalancers/${textOf(input['loadBalancer'])}`;
      return {
        IPv4: backendPoolId(loadBalancer, backendPoolName({ clusterName, ipv6: false })),
        IPv6: backendPoolId(loadBalancer, backendPoolName({ clusterName, ipv6: true })),
      };
    }
    case 'sameLoadBalancer': {
      const same = sameLoadBalancer(textOf(input['pool']), listOf(input['existing']).map(textOf));
      return same === undefined ? undefined : { ...same };
    }
    case 'isNicPool':
      return isNicPool(
        listOf(input['addresses']).map((each) => (each === null ? undefined : textOf(each))),
      );
    case 'familySuffix':
      return `${textOf(input['resource'])}${familySuffix(input['dualStack'] === true, ipv6)}`;
    default:
      return undefined;
  }
}
