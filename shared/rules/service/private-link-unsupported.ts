import {
  compacted,
  lacking,
  serviceSubject,
  subjectText,
  type LoadBalancer,
  type LoadBalancerService,
  type ManagedCluster,
  type Read,
  type Reason,
} from '../../model/index.ts';
import {
  annotationPrefix,
  findRules,
  floatingIpOff,
  hasInternalRules,
  isTrue,
  poolsOfRule,
} from '../../load-balancing/index.ts';
import { unjudged, type Cluster } from '../../facts/index.ts';
import { usePoolsOfNics } from '../../fixes/cluster-fixes.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';
import { removeServiceAnnotation, setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { makeInternal, useIpv4 } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';

/** Finds Services that ask for a Private Link Service where there can be none. */
export const privateLinkUnsupported = defineRule(
  {
    id: 'service/private-link-unsupported',
    title: 'Private Link Service is not possible with these Service settings',
    why: 'The whole reconcile fails: the Service is not reachable through Private Link, and a new one gets no address.',
    remedy: 'Make the Service internal, with IPv4 and a NIC-based pool, or remove Private Link.',
    severity: 'high',
    source:
      "Azure's cloud provider: Private Link Service; AKS: Standard load balancer, limitations",
  },
  { needs: ['services'], helps: ['loadBalancers', 'managedCluster'] },
  ({ services, loadBalancers, managedCluster, cluster }) =>
    judgeEach(azureServices(services), (service) => {
      if (!isTrue(service.annotations, create)) return undefined;
      const byAddress = poolByAddress(service, loadBalancers, managedCluster);
      const causes = compacted([
        ...causesOf(service),
        byAddress === true && 'pool-by-address',
      ]).toSorted();
      if (causes.length > 0) return faultOf(service, causes, cluster);
      return typeof byAddress === 'boolean' ? undefined : unjudged([service], byAddress);
    }),
);

const create = 'azure-pls-create';

/** A Service of both families gets one for IPv4, and nothing is said of the other. */
function causesOf({ annotations, ipFamilies }: LoadBalancerService): readonly string[] {
  return compacted([
    !(hasInternalRules(annotations) || isTrue(annotations, floatingIpOff)) &&
      'external-floating-ip',
    ipFamilies.every((family) => family === 'IPv6') && 'ipv6',
  ]);
}

/** By what stands in the pool of the Service, else by the cluster's setting, which old answers do not have. */
function poolByAddress(
  service: LoadBalancerService,
  loadBalancers: Read<readonly LoadBalancer[]>,
  managedCluster: Read<ManagedCluster>,
): boolean | Reason {
  const why = 'its backend pool type (NIC or IP) is not known';
  if (loadBalancers.kind === 'unread') return { ...lacking('loadBalancers', loadBalancers), why };
  const pools = findRules(loadBalancers.value)(service).flatMap(poolsOfRule);
  const [member] = pools.flatMap(({ members }) => members);
  if (member !== undefined) return member.kind === 'ip';
  if (managedCluster.kind === 'unread')
    return { ...lacking('managedCluster', managedCluster), why };
  return managedCluster.value.backendPoolType === 'nodeip';
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['external-floating-ip', 'an external Service with floating IP'],
  ['ipv6', 'IPv6 only'],
  ['pool-by-address', 'IP-based backend pool (nodeIP)'],
]);

function faultOf(service: LoadBalancerService, causes: readonly string[], cluster: Cluster): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `Private Link Service is not possible for ${name}`,
    message: `The cloud provider cannot reconcile ${name}, so it is not reachable through Private Link, and a new Service gets no address. Not supported with Private Link: ${causes.map((cause) => reasons.get(cause) ?? cause).join(', ')}.`,
    causes,
    evidence: {
      annotation: annotationPrefix + create,
      internal: hasInternalRules(service.annotations),
      floatingIp: !isTrue(service.annotations, floatingIpOff),
      ipFamilies: service.ipFamilies,
    },
    fixes: [
      ...fixesOf(service, causes, cluster),
      removeServiceAnnotation(
        service,
        annotationPrefix + create,
        'Remove the Private Link annotation',
        ['the Service stays unreachable through Private Link'],
      ),
    ],
  };
}

function fixesOf(
  service: LoadBalancerService,
  causes: readonly string[],
  cluster: Cluster,
): readonly Fix[] {
  return compacted([
    ...(causes.includes('external-floating-ip')
      ? [
          makeInternal(service),
          setServiceAnnotation(
            service,
            floatingIpOff,
            'true',
            'Keep it public and disable floating IP',
            [
              'packets reach the nodes on their own address and the node port, which NSG rules must allow',
            ],
          ),
        ]
      : []),
    causes.includes('ipv6') && useIpv4(service),
    causes.includes('pool-by-address') && usePoolsOfNics(cluster),
  ]);
}
