import { isObject, matchesLabelSelector, type LoadBalancerService } from '../model/index.ts';
import type { RawObject } from './manifests.ts';

/** Pods that a manifest of a kind that is not planned makes: a Service may select them. */
export interface UnplannedPods {
  /** `Pod shop/debug` */
  readonly title: string;
  readonly namespace: string;
  /** Of one pod with a name of its own. */
  readonly pod?: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** The pods of a Pod, or of anything with a pod template; `undefined` = it has none. */
export function unplannedPods(
  value: RawObject['value'],
  defaultNamespace: string,
): UnplannedPods | undefined {
  const kind = String(value['kind']);
  const { name, namespace, labels } = part(value, 'metadata');
  const spec = part(value, 'spec');
  const job = part(part(spec, 'jobTemplate'), 'spec');
  const template = isObject(spec['template']) ? spec['template'] : part(job, 'template');
  const found = kind === 'Pod' ? labels : part(template, 'metadata')['labels'];
  if (!isObject(found)) return undefined;
  const place = typeof namespace === 'string' ? namespace : defaultNamespace;
  const own = typeof name === 'string' ? name : '';
  return {
    title: `${kind} ${place}/${own}`,
    namespace: place,
    ...(kind === 'Pod' && { pod: own }),
    labels: new Map(
      Object.entries(found).flatMap(([key, label]) =>
        typeof label === 'string' ? [[key, label] as const] : [],
      ),
    ),
  };
}

function part(value: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const found = value[key];
  return isObject(found) ? { ...found } : {};
}

/** Why the endpoints of a Service are not known: it selects pods of which nobody says where they go. */
export function selectsUnplanned(
  { namespace, selector }: Pick<LoadBalancerService, 'namespace' | 'selector'>,
  unplanned: readonly UnplannedPods[],
  runs: (pod: string) => boolean,
): string | undefined {
  if (selector === undefined || selector.size === 0) return undefined;
  const wanted = { matchLabels: selector, matchExpressions: [] };
  const found = unplanned.find(
    (each) =>
      each.namespace === namespace &&
      matchesLabelSelector(wanted, each.labels) &&
      (each.pod === undefined || !runs(each.pod)),
  );
  return found && `it selects pods of ${found.title}, a kind that is not planned`;
}
