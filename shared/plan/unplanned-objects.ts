import { isObject, matchesLabelSelector, type Workload } from '../model/index.ts';
import type { Backed } from './backed-services.ts';
import type { RawObject } from './manifests.ts';
import { valueAt } from './fields.ts';

/** An object of a kind that is not planned, and what it may do to the endpoints of a Service. */
export interface UnplannedObject {
  /** `Pod shop/debug` */
  readonly title: string;
  readonly namespace: string;
  readonly effect:
    /** `pod`: of one pod with a name of its own. */
    | { readonly kind: 'pods'; readonly labels: ReadonlyMap<string, string>; readonly pod?: string }
    | { readonly kind: 'endpoints'; readonly service: string }
    | {
        readonly kind: 'replicas';
        readonly workload: { readonly kind: string; readonly name: string };
        readonly least: number;
        readonly most: number;
      };
}

/** `undefined` = it has no bearing on any endpoint. */
export function unplannedObject(
  value: RawObject['value'],
  defaultNamespace: string,
): UnplannedObject | undefined {
  const kind = String(value['kind']);
  const effect = effectOf(kind, value);
  if (effect === undefined) return undefined;
  const namespace = textAt(value, 'metadata.namespace') || defaultNamespace;
  const prefix = textAt(value, 'metadata.generateName');
  const name = textAt(value, 'metadata.name') || `${prefix}…`;
  return { title: `${kind} ${namespace}/${name}`, namespace, effect };
}

function effectOf(kind: string, value: RawObject['value']): UnplannedObject['effect'] | undefined {
  const at = (path: string): unknown => valueAt(value, path.split('.'));
  const own = textAt(value, 'metadata.name');
  if (kind === 'Endpoints') return { kind: 'endpoints', service: own };
  const labels = labelsOf(at('metadata.labels'));
  if (kind === 'EndpointSlice') {
    const service = labels.get('kubernetes.io/service-name');
    const by = labels.get('endpointslice.kubernetes.io/managed-by');
    return service === undefined || by === 'endpointslice-controller.k8s.io'
      ? undefined
      : { kind: 'endpoints', service };
  }
  if (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') {
    const isKeda = kind === 'ScaledObject';
    return {
      kind: 'replicas',
      workload: {
        kind: textAt(value, 'spec.scaleTargetRef.kind') || 'Deployment',
        name: textAt(value, 'spec.scaleTargetRef.name'),
      },
      least: numberOf(at(isKeda ? 'spec.minReplicaCount' : 'spec.minReplicas'), isKeda ? 0 : 1),
      most: numberOf(
        at(isKeda ? 'spec.maxReplicaCount' : 'spec.maxReplicas'),
        isKeda ? 100 : Infinity,
      ),
    };
  }
  if (kind === 'Pod') return { kind: 'pods', labels, ...(own !== '' && { pod: own }) };
  const template =
    at('spec.template.metadata.labels') ?? at('spec.jobTemplate.spec.template.metadata.labels');
  return isObject(template) ? { kind: 'pods', labels: labelsOf(template) } : undefined;
}

function textAt(value: unknown, path: string): string {
  const found = valueAt(value, path.split('.'));
  return typeof found === 'string' ? found : '';
}

function numberOf(value: unknown, absent: number): number {
  return typeof value === 'number' ? value : absent;
}

function labelsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(isObject(value) ? value : {}).flatMap(([key, label]) =>
      typeof label === 'string' ? [[key, label] as const] : [],
    ),
  );
}

/** Why the endpoints of a Service are not known: an object of a kind that is not planned changes them. */
export function whyUnplanned(
  service: Backed,
  workloads: readonly Workload[],
  unplanned: readonly UnplannedObject[],
  runs: (pod: string) => boolean,
): string | undefined {
  for (const { title, namespace, effect } of unplanned) {
    if (namespace !== service.namespace) continue;
    if (effect.kind === 'endpoints' && effect.service === service.name)
      return `${title}, a kind that is not planned, sets its endpoints`;
    if (effect.kind === 'pods' && selects(service, effect.labels)) {
      if (effect.pod === undefined || !runs(effect.pod))
        return `it selects pods of ${title}, a kind that is not planned`;
    }
    if (effect.kind !== 'replicas') continue;
    const { least, most, workload } = effect;
    const scaled = workloads.find(
      ({ kind, name, replicas = 1 }) =>
        kind === workload.kind && name === workload.name && (replicas < least || replicas > most),
    );
    if (scaled !== undefined) {
      const range = least === most ? String(least) : `${least} to ${most}`;
      return `${title}, a kind that is not planned, makes ${range} pods of the ${scaled.replicas ?? 1} of ${scaled.kind} ${namespace}/${scaled.name}`;
    }
  }
  return undefined;
}

function selects({ selector }: Backed, labels: ReadonlyMap<string, string>): boolean {
  return (
    selector !== undefined &&
    selector.size > 0 &&
    matchesLabelSelector({ matchLabels: selector, matchExpressions: [] }, labels)
  );
}
