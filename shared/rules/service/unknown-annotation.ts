import { annotationPrefix, type AnnotationValues } from '../../load-balancing/index.ts';
import {
  counted,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import type { Cluster } from '../../facts/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { removeServiceAnnotations } from '../../fixes/service-fixes.ts';
import { moveServiceAnnotations } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { cited, distinct, excerpt, itemized } from '../../fixes/text.ts';
import {
  proposals,
  unreadAnnotations,
  type Proposals,
  type UnreadAnnotation,
} from '../../facts/unread-annotations.ts';

/** Finds annotations that look like Azure's and have no effect: typos, missing ports, wrong prefixes, values that are not taken. */
export const unknownAnnotation = defineRule(
  {
    id: 'service/unknown-annotation',
    title: 'Service annotation has no effect',
    why: 'The cloud provider ignores a misspelled annotation without an error or event, so the Service is not configured as its manifest says.',
    remedy: 'Correct the name or value, or remove the annotation.',
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
      message: `The cloud provider ignores ${itemized(unread.map(describe), 5)}. ${name} behaves as if ${unread.length === 1 ? 'it was' : 'they were'} not set.`,
      causes: distinct(unread.map(({ why }) => why)),
      evidence: {
        annotations: unread.map(({ key, value, why, meant, note }) => ({
          annotation: key,
          why,
          ...(why === 'unknown-value' && { value: excerpt(value) }),
          ...(meant !== undefined && { nearest: meant }),
          ...(note !== undefined && { note }),
        })),
        ...(kubernetesVersion !== undefined && { kubernetesVersion }),
      },
      fixes: [
        ...corrected(service, unread),
        removeServiceAnnotations(
          service,
          unread.slice(0, mostRemoved).map(({ key }) => key),
          unread.length === 1 ? 'Remove the annotation' : 'Remove these annotations',
          ['none: the cloud provider ignores them already'],
        ),
      ],
    },
  ];
}

function describe({ key, value, why, meant, known, note }: UnreadAnnotation): string {
  const name = cited(key.startsWith(annotationPrefix) ? key.slice(annotationPrefix.length) : key);
  if (why === 'newer-than-cluster')
    return `${name} (supported from Kubernetes ${known?.since ?? 'a later version'})`;
  if (why === 'unknown-value') return `${name} with value ${cited(value)} (${note ?? ''})`;
  if (meant !== undefined && known !== undefined)
    return `${name} (did you mean ${meant.slice(annotationPrefix.length)}? It takes ${valuesText(known.values)} and applies to ${known.scope})`;
  if (note !== undefined) return `${name} (${note})`;
  return why === 'unknown-port' ? `${name} (the Service has no such port)` : name;
}

function valuesText(values: AnnotationValues): string {
  switch (values.kind) {
    case 'flag':
      return 'true or false';
    case 'ip-ranges':
      return 'comma-separated address ranges';
    case 'one-of':
      return values.values.join(', ');
    case 'whole-number':
      return `an integer ${values.most === undefined ? `of at least ${values.least}` : `from ${values.least} to ${values.most}`}`;
    case 'text':
      return values.form;
  }
}

/**
 * A name that is already set is not overwritten; and which port was meant only the owner knows.
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
        moveServiceAnnotations(
          service,
          unique,
          unique.length === 1 ? 'Rename the annotation' : 'Rename the annotations',
          [
            'takes effect immediately: check first what it changes (address, probe, allowed clients)',
          ],
        ),
      ];
}
