import {
  annotation,
  annotationPrefix,
  internalAnnotation,
  isInternal,
} from '../../load-balancing/index.ts';
import {
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { removeServiceAnnotation } from '../../fixes/service-fixes.ts';
import { makeInternal } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { cited } from '../../fixes/text.ts';
import { isMisspelled } from './internal-annotation-misspelled.ts';

/** Finds Services that name a subnet for an internal address and are public, since nothing says internal. */
export const internalSubnetIgnored = defineRule(
  {
    id: 'service/internal-subnet-ignored',
    title: 'Internal subnet is set but the Service is public',
    why: 'The subnet annotation applies only to internal Services: without azure-load-balancer-internal the Service gets a public address.',
    remedy: 'Make the Service internal, or remove the subnet annotation.',
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
    title: `${name} sets an internal subnet but is public`,
    message: `${name} gets a public address${service.ingressIps.length > 0 ? ` (${listed(service.ingressIps)})` : ''} instead of one from subnet ${cited(subnet)}: annotation ${internalAnnotation} is ${internal === undefined ? 'not set' : cited(internal)}, and the subnet applies only to internal Services.`,
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
        'Keep the Service public: remove the subnet annotation',
        ['none: the cloud provider ignores it already'],
      ),
    ],
  };
}
