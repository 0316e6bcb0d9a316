import {
  addressFault,
  annotationPrefix,
  publicIpGroup,
  wantedPublicIps,
} from '../../load-balancing/index.ts';
import { valueOr, type ClusterSnapshot, type LoadBalancerService } from '../../model/index.ts';
import { nodeGroup, skuOfService } from '../../facts/cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { azureServices } from '../../facts/services.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited, distinct, itemized } from '../../fixes/text.ts';
import { unknownReasons } from '../unknown.ts';
import { publicIpFixes } from '../../fixes/public-ip-fixes.ts';
import { judgePublicIp, type Judged, type Unusable } from '../../facts/unusable-public-ips.ts';

/** Finds public Services that ask for a public IP address which the cloud provider cannot use. */
export const publicIpUnusable = defineRule(
  {
    id: 'service/public-ip-unusable',
    title: 'A Service asks for a public IP address that it cannot have',
    why: 'The cloud provider fails the whole Service: a new one gets no address, one that has an address keeps its old state.',
    remedy:
      'Name an address that exists in the right resource group, of the SKU of the load balancer, and of no other cluster.',
    severity: 'high',
    source:
      "Azure's cloud provider: load balancer annotations; AKS: use a static public IP address",
  },
  ['services', 'publicIpAddresses'],
  ({ services, publicIpAddresses }, { snapshot }) => {
    const judged = azureServices(services).map((service) => ({
      service,
      wanted: wantedPublicIps(service).map((wanted): Judged => {
        const fault = wanted.by === 'address' ? addressFault(wanted.text) : undefined;
        if (fault !== undefined) return { kind: 'unusable', wanted, cause: fault };
        return judgePublicIp(wanted, {
          service,
          publicIps: publicIpAddresses,
          group: publicIpGroup(service, valueOr(nodeGroup.of(snapshot), undefined)),
          nodeGroup: valueOr(nodeGroup.of(snapshot), undefined),
          sku: skuOfService(snapshot, service),
          loadBalancers: snapshot.loadBalancers,
        });
      }),
    }));
    return {
      faults: judged.flatMap(({ service, wanted }) => {
        const unusable = wanted.filter((each) => each.kind === 'unusable');
        return unusable.length === 0 ? [] : [faultOf(service, unusable, snapshot)];
      }),
      unknown: unknownReasons(
        judged.flatMap(({ service, wanted }) =>
          wanted.flatMap((each) =>
            each.kind === 'unknown' ? [{ subject: service, why: each.why }] : [],
          ),
        ),
      ),
    };
  },
);

function faultOf(
  service: LoadBalancerService,
  unusable: readonly Unusable[],
  snapshot: ClusterSnapshot,
): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `${name} asks for a public IP address that it cannot have`,
    message: `The cloud provider fails on ${name}${service.ingressIps.length === 0 ? ', which gets no address' : ' and leaves it as it was'}: ${itemized(unusable.map(describe))}.`,
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
    fixes: publicIpFixes(service, unusable, snapshot),
  };
}

function describe({ wanted, cause, detail = '' }: Unusable): string {
  const it = cited(wanted.text);
  switch (cause) {
    case 'not-an-address':
      return `${it} is no IP address`;
    case 'not-public':
      return `${it} is no public address, and the Service is external`;
    case 'not-found':
      return `${it} is not in resource group ${detail}`;
    case 'other-resource-group':
      return `${it} is in resource group ${detail}, where it is not looked for`;
    case 'other-sku':
      return `${it} is of SKU ${detail}, and the load balancer of another`;
    case 'other-cluster':
      return `${it} is tagged for cluster ${cited(detail)}`;
    case 'in-use':
      return `${it} is in use by ${detail}`;
  }
}
