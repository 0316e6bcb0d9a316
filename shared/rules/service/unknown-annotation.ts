import { annotationPrefix, type AnnotationValues } from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import type { Cluster } from '../../facts/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { removeServiceAnnotations } from '../../fixes/service-fixes.ts';
import { moveServiceAnnotations } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited, counted, distinct, itemized } from '../../fixes/text.ts';
import {
  proposals,
  unreadAnnotations,
  type Proposals,
  type UnreadAnnotation,
} from '../../facts/unread-annotations.ts';

/** Finds annotations that look like Azure's and that nothing reads: typos, ports that are not there, a wrong prefix. */
export const unknownAnnotation = defineRule(
  {
    id: 'service/unknown-annotation',
    title: 'An annotation of a Service is read by nobody',
    why: 'A misspelt annotation is silently nothing: no error, no event, and the Service is not what its manifest says.',
    remedy: 'Correct the name, or remove the annotation.',
    severity: 'low',
    source: "Azure's cloud provider: load balancer annotations",
  },
  { needs: ['services'] },
  ({ services, cluster }) => {
    const budget = proposals();
    return {
      faults: azureServices(services).flatMap((service) => faultsOf(service, cluster, budget)),
    };
  },
);

/** A command line has an end. */
const mostRemoved = 50;

function faultsOf(
  service: LoadBalancerService,
  { kubernetesVersion }: Cluster,
  budget: Proposals,
): readonly Fault[] {
  const unread = unreadAnnotations(service, kubernetesVersion, budget);
  if (unread.length === 0) return [];
  const name = subjectText(service);
  return [
    {
      subject: serviceSubject(service),
      title: `${counted(unread.length, 'annotation')} of ${name} ${unread.length === 1 ? 'has' : 'have'} no effect`,
      message: `Nothing reads ${itemized(unread.map(describe), 5)}. Whatever it was meant to change on ${name} is as it is without it.`,
      causes: distinct(unread.map(({ why }) => why)),
      evidence: {
        annotations: unread.map(({ key, why, meant }) => ({
          annotation: key,
          why,
          ...(meant !== undefined && { nearest: meant }),
        })),
        ...(kubernetesVersion !== undefined && { kubernetesVersion }),
      },
      fixes: [
        ...corrected(service, unread),
        removeServiceAnnotations(
          service,
          unread.slice(0, mostRemoved).map(({ key }) => key),
          'Remove what nothing reads',
          ['none: nothing reads it'],
        ),
      ],
    },
  ];
}

function describe({ key, why, meant, known }: UnreadAnnotation): string {
  const name = cited(key.startsWith(annotationPrefix) ? key.slice(annotationPrefix.length) : key);
  if (why === 'newer-than-cluster')
    return `${name}, which Kubernetes reads from ${known?.since ?? 'a later version'} on`;
  if (meant === undefined || known === undefined)
    return why === 'unknown-port' ? `${name}, whose port the Service does not have` : name;
  const holds = `${valuesText(known.values)}; of ${known.scope}`;
  return `${name} (near to ${meant.slice(annotationPrefix.length)}: ${holds})`;
}

function valuesText(values: AnnotationValues): string {
  switch (values.kind) {
    case 'flag':
      return 'true or false';
    case 'ip-ranges':
      return 'ranges of addresses with commas between';
    case 'one-of':
      return values.values.length === 1
        ? `exactly ${values.values.join('')}`
        : values.values.join(', ');
    case 'whole-number':
      return `a whole number from ${values.least}${values.most === undefined ? '' : ` to ${values.most}`}`;
    case 'text':
      return values.form;
  }
}

/**
 * Where the right name is there already, nothing is moved over it; and which port was meant is for
 * people to say.
 */
function corrected(
  service: LoadBalancerService,
  unread: readonly UnreadAnnotation[],
): readonly Fix[] {
  const moves = unread.flatMap(({ key, why, meant }) =>
    meant === undefined || why === 'unknown-port' || service.annotations.has(meant)
      ? []
      : [{ from: key, to: meant }],
  );
  const unique = moves.filter(
    ({ to }, index) => moves.findIndex((each) => each.to === to) === index,
  );
  return unique.length === 0
    ? []
    : [
        moveServiceAnnotations(service, unique, 'Use the nearest known names, if they are meant', [
          'they take effect at once: look first at what they change (the address, the probe, who may connect)',
        ]),
      ];
}
