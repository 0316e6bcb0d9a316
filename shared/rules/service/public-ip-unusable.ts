import {
  addressFault,
  annotationPrefix,
  publicIpGroup,
  wantedPublicIps,
} from '../../load-balancing/index.ts';
import {
  compacted,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancerService,
} from '../../model/index.ts';
import { nodeGroup, serviceSku } from '../../facts/cluster-sku.ts';
import { unjudged } from '../../facts/index.ts';
import { defineRule, judgeEach, type Fault, type Fix, type Unjudged } from '../rule.ts';
import { azureServices } from '../../facts/services.ts';
import { cited, distinct, itemized } from '../../fixes/text.ts';
import { publicIpFixes } from '../../fixes/public-ip-fixes.ts';
import {
  judgePublicIp,
  type PublicIpVerdict,
  type Unusable,
} from '../../facts/unusable-public-ips.ts';

/** Finds public Services that ask for a public IP address which the cloud provider cannot use. */
export const publicIpUnusable = defineRule(
  {
    id: 'service/public-ip-unusable',
    title: 'Requested public IP address cannot be used',
    why: 'The whole reconcile fails: a new Service gets no address, and an existing one is no longer updated.',
    remedy:
      'Use an address in the right resource group, with the load balancer’s SKU, that no other cluster uses.',
    severity: 'high',
    source:
      "Azure's cloud provider: load balancer annotations; AKS: use a static public IP address",
  },
  { needs: ['services', 'publicIpAddresses'], helps: ['loadBalancers', nodeGroup, serviceSku] },
  ({ services, publicIpAddresses, loadBalancers, serviceSku: skuOf, nodeGroup: group }) => {
    const own = valueOr(group, undefined);
    return judgeEach(azureServices(services), (service) => {
      const sku = skuOf.kind === 'read' ? skuOf.value(service) : skuOf;
      const wanted = wantedPublicIps(service).map((each): PublicIpVerdict => {
        const fault = each.by === 'address' ? addressFault(each.text) : undefined;
        if (fault !== undefined) return { kind: 'unusable', wanted: each, cause: fault };
        return judgePublicIp(each, {
          service,
          publicIps: publicIpAddresses,
          group: publicIpGroup(service, own),
          nodeGroup: own,
          sku,
          loadBalancers,
        });
      });
      const unusable = wanted.filter((each) => each.kind === 'unusable');
      const fixes = publicIpFixes(service, unusable, { sku, nodeGroup: own });
      return compacted<Fault | Unjudged>([
        unusable.length > 0 && faultOf(service, unusable, fixes),
        ...wanted.flatMap((each) => (each.kind === 'unknown' ? unjudged([service], each) : [])),
      ]);
    });
  },
);

function faultOf(
  service: LoadBalancerService,
  unusable: readonly Unusable[],
  fixes: readonly Fix[],
): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `Requested public IP address of ${name} cannot be used`,
    message: `The cloud provider cannot reconcile ${name}${service.ingressIps.length === 0 ? ', which gets no address' : ''}: ${itemized(unusable.map(describe))}.`,
    causes: distinct(unusable.map(({ cause }) => cause)),
    evidence: {
      wanted: unusable.map(({ wanted, cause, detail }) => ({
        [wanted.by]: wanted.text,
        why: cause,
        ...(detail !== undefined && { detail }),
      })),
      annotations: [...service.annotations.keys()]
        .filter(
          (key) =>
            key.startsWith(annotationPrefix) && /-(?:pip-name|ipv[46]|resource-group)/u.test(key),
        )
        .toSorted(),
    },
    fixes,
  };
}

function describe({ wanted, cause, detail = '' }: Unusable): string {
  const it = cited(wanted.text);
  switch (cause) {
    case 'not-an-address':
      return `${it} is not an IP address`;
    case 'not-public':
      return `${it} is not a public address, but the Service is external`;
    case 'not-found':
      return `${it} is not in resource group ${detail}`;
    case 'other-resource-group':
      return `${it} is in resource group ${detail}, where the cloud provider does not look`;
    case 'other-sku':
      return `${it} has SKU ${detail}, the load balancer another`;
    case 'other-cluster':
      return `${it} is tagged for cluster ${cited(detail)}`;
    case 'in-use':
      return `${it} is in use by ${detail}`;
  }
}
