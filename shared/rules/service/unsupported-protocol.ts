import {
  allPortsAnnotation,
  annotationPrefix,
  hasInternalRules,
  hasNoRule,
  isTrue,
  usesAllPorts,
} from '../../load-balancing/index.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type Read,
} from '../../model/index.ts';
import { serviceSku } from '../../facts/cluster-sku.ts';
import { unjudged } from '../../facts/index.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';
import { editService, removeServiceAnnotation } from '../../fixes/service-fixes.ts';
import { makeInternal } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';

/** Finds SCTP and rules for all ports where Azure has neither: outside of internal Services on Standard. */
export const unsupportedProtocol = defineRule(
  {
    id: 'service/unsupported-protocol',
    title: 'Protocol is not supported by the load balancer',
    why: 'With SCTP the whole reconcile fails; high availability ports are ignored, so only the listed ports work.',
    remedy: 'Make the Service internal on a Standard load balancer, or remove the setting.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer; Azure: high availability ports",
  },
  { needs: ['services'], helps: [serviceSku] },
  ({ services, serviceSku: skuOf }) =>
    judgeEach(azureServices(services), (service) => {
      const sku = skuOf.kind === 'read' ? skuOf.value(service) : skuOf;
      const asked = askedFor(service, sku);
      if (asked.kind === 'unread') return unjudged([service], asked);
      return asked.value.causes.length > 0 ? faultOf(service, asked.value, sku) : undefined;
    }),
);

interface UnsupportedUse {
  readonly causes: readonly string[];
  /** Ports of a protocol that is refused, as `80/SCTP`. */
  readonly refused: readonly string[];
}

const taken = new Set(['TCP', 'UDP']);

/** The SKU matters only to internal Services that ask for one of the two. */
function askedFor(service: LoadBalancerService, sku: Read<string>): Read<UnsupportedUse> {
  const { annotations, ports } = service;
  const odd = ports.filter(
    ({ port, protocol }) => !taken.has(protocol) && !hasNoRule(annotations, port),
  );
  const allPorts = isTrue(annotations, allPortsAnnotation);
  if (odd.length === 0 && !allPorts) return { kind: 'read', value: { causes: [], refused: [] } };
  const internal = hasInternalRules(annotations);
  if (internal && sku.kind === 'unread') return sku;
  const standard = sku.kind === 'read' && sku.value === 'standard';
  const everything = sku.kind === 'read' && usesAllPorts(annotations, sku.value);
  const refused = everything
    ? []
    : odd.filter(({ protocol }) => protocol !== 'SCTP' || !internal || !standard);
  return {
    kind: 'read',
    value: {
      causes: compacted([
        allPorts && !everything && 'high-availability-ports',
        refused.some(({ protocol }) => protocol === 'SCTP') && 'sctp',
        refused.some(({ protocol }) => protocol !== 'SCTP') && 'unknown-protocol',
      ]),
      refused: refused.map(({ port, protocol }) => `${port}/${protocol}`),
    },
  };
}

function faultOf(
  service: LoadBalancerService,
  { causes, refused }: UnsupportedUse,
  sku: Read<string>,
): Fault {
  const name = subjectText(service);
  const internal = hasInternalRules(service.annotations);
  const where = `${internal ? 'an internal' : 'an external'} Service${sku.kind === 'read' ? ` on ${sku.value === 'basic' ? 'Basic' : 'Standard'}` : ''}`;
  const sentences = compacted([
    refused.length > 0 &&
      `The cloud provider cannot reconcile ${name} because ${where} does not support ${listed(refused)}: only TCP and UDP, and SCTP on internal Services on Standard.`,
    causes.includes('high-availability-ports') &&
      `Only the listed ports of ${name} (${listed(service.ports.map(({ port }) => String(port)))}) are reachable: ${where} ignores ${allPortsAnnotation} without an event.`,
  ]);
  return {
    subject: serviceSubject(service),
    title:
      refused.length > 0
        ? `${name} uses unsupported ${refused.length === 1 ? 'port' : 'ports'} ${listed(refused)}`
        : `High availability ports have no effect on ${name}`,
    message: sentences.join(' '),
    causes,
    evidence: {
      internal,
      sku: sku.kind === 'read' ? sku.value : 'not known',
      ports: service.ports.map(({ port, protocol }) => `${port}/${protocol}`),
      refused,
    },
    fixes: fixesOf(service, causes, internal),
  };
}

function fixesOf(
  service: LoadBalancerService,
  causes: readonly string[],
  internal: boolean,
): readonly Fix[] {
  const elsewhere = causes.includes('sctp') || causes.includes('high-availability-ports');
  return compacted([
    elsewhere && !internal && makeInternal(service),
    causes.includes('high-availability-ports') &&
      removeServiceAnnotation(
        service,
        annotationPrefix + allPortsAnnotation,
        'Remove the high availability ports annotation and list the ports',
        ['ports that are not listed stay unreachable'],
      ),
    causes.some((cause) => cause !== 'high-availability-ports') && {
      ...editService(service, 'Remove the ports of other protocols from the Service'),
      price: ['those ports stay unreachable from outside'],
    },
  ]);
}
