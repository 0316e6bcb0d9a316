import {
  annotation,
  annotationPrefix,
  internalAnnotation,
  isInternal,
} from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { removeServiceAnnotation } from '../../fixes/service-fixes.ts';
import { makeInternal } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited, listed } from '../../fixes/text.ts';
import { isMisspelled } from './internal-annotation-misspelled.ts';

/** Finds Services that name a subnet for an internal address and are public, since nothing says internal. */
export const internalSubnetIgnored = defineRule(
  {
    id: 'service/internal-subnet-ignored',
    title: 'Internal subnet is set but the Service is public',
    why: 'The subnet is read of internal Services only: without the other annotation the Service gets a public address.',
    remedy: 'Make the Service internal as well, or remove the subnet.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer annotations",
  },
  { needs: ['services'] },
  ({ services }) => ({ faults: azureServices(services).filter(isIgnored).map(faultOf) }),
);

const subnetName = `${internalAnnotation}-subnet`;

/** Where internal is misspelt, that is the fault, and its finding names the subnet. */
function isIgnored(service: LoadBalancerService): boolean {
  const subnet = annotation(service.annotations, subnetName)?.trim() ?? '';
  return subnet !== '' && !isInternal(service.annotations) && !isMisspelled(service);
}

function faultOf(service: LoadBalancerService): Fault {
  const name = subjectText(service);
  const subnet = annotation(service.annotations, subnetName) ?? '';
  const internal = annotation(service.annotations, internalAnnotation);
  return {
    subject: serviceSubject(service),
    title: `${name} names an internal subnet and is public`,
    message: `${name} gets a public address${service.ingressIps.length > 0 ? ` (${listed(service.ingressIps)})` : ''} and not one of subnet ${cited(subnet)}: the annotation ${internalAnnotation} is ${internal === undefined ? 'not there' : cited(internal)}, and the subnet is read of internal Services only.`,
    causes: ['not-internal'],
    evidence: {
      annotation: annotationPrefix + subnetName,
      subnet,
      internal: internal ?? 'not there',
      addresses: service.ingressIps,
    },
    fixes: [
      makeInternal(service),
      removeServiceAnnotation(
        service,
        annotationPrefix + subnetName,
        'Keep the Service public: remove the subnet',
        ['none: the cloud provider ignores it already'],
      ),
    ],
  };
}
