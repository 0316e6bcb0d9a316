import {
  annotationPrefix,
  isBefore,
  knownAnnotations,
  knownPortAnnotations,
  type KnownAnnotation,
} from '../load-balancing/index.ts';
import { nearest, sameName, type LoadBalancerService } from '../model/index.ts';

/** An annotation of a Service that nothing reads. */
export interface UnreadAnnotation {
  readonly key: string;
  readonly why: 'unknown-name' | 'unknown-port' | 'wrong-prefix' | 'newer-than-cluster';
  /** The whole key that is most likely meant. */
  readonly meant?: string;
  /** What is known of the meant one, or of this one where only the cluster is too old. */
  readonly known?: KnownAnnotation;
}

const otherPrefix = 'service.kubernetes.io/';

/** Looking for a near name takes a fraction of a millisecond: beyond so many there are no proposals. */
export interface Proposals {
  left: number;
}

export function proposals(): Proposals {
  return { left: 500 };
}

/** The annotations of a Service that look like Azure's cloud provider's and that it does not read, by key. */
export function unreadAnnotations(
  service: LoadBalancerService,
  kubernetesVersion: string | undefined,
  budget = proposals(),
): readonly UnreadAnnotation[] {
  const names = namesOf(service);
  const unread = [...service.annotations.keys()]
    .toSorted()
    .flatMap((key) => judge(key, names, kubernetesVersion) ?? []);
  const known = [...names.keys()];
  return unread.map((each) => {
    if (each.why === 'newer-than-cluster' || budget.left <= 0) return each;
    budget.left -= 1;
    const near = nearestName(each.key, known);
    const found = near === undefined ? undefined : names.get(near);
    return near === undefined || found === undefined
      ? each
      : { ...each, meant: `${annotationPrefix}${near}`, known: found };
  });
}

/** Every name that means something on a Service. */
type Names = ReadonlyMap<string, KnownAnnotation>;

function judge(
  key: string,
  names: Names,
  version: string | undefined,
): UnreadAnnotation | undefined {
  if (key.startsWith(otherPrefix))
    return looksLikeAzure(key.slice(otherPrefix.length)) ? { key, why: 'wrong-prefix' } : undefined;
  if (!key.startsWith(annotationPrefix)) return undefined;
  const name = key.slice(annotationPrefix.length);
  const own = names.get(name);
  if (own !== undefined)
    return own.since !== undefined && isBefore(version, minorOf(own.since))
      ? { key, why: 'newer-than-cluster', known: own }
      : undefined;
  // One name is read in any letter case.
  if (!looksLikeAzure(name) || sameName(name, 'azure-load-balancer-configurations'))
    return undefined;
  const setting = /^port_\d+_(.+)$/u.exec(name)?.[1];
  const ofPort = knownPortAnnotations.some((each) => each.name === setting);
  return { key, why: ofPort ? 'unknown-port' : 'unknown-name' };
}

function looksLikeAzure(name: string): boolean {
  return /^(?:azure-|port_)/iu.test(name);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** The known name that a key most likely stands for, whatever its prefix. */
function nearestName(key: string, known: readonly string[]): string | undefined {
  const name = key.slice(key.indexOf('/') + 1);
  return known.includes(name) ? name : nearest(name, known);
}

/** Settings of ports that the Service has count, and those of the probe of Local. */
function namesOf(service: LoadBalancerService): Names {
  const { ports, externalTrafficPolicy, healthCheckNodePort } = service;
  const ofPorts = ports.flatMap(({ port }) =>
    knownPortAnnotations.map((each) => [`port_${port}_${each.name}`, each] as const),
  );
  const ofHealthCheck =
    externalTrafficPolicy === 'Local' && healthCheckNodePort !== undefined
      ? knownPortAnnotations
          .filter(({ name }) => timing.has(name))
          .map((each) => [`port_${healthCheckNodePort}_${each.name}`, each] as const)
      : [];
  const ofService = knownAnnotations.map((each) => [each.name, each] as const);
  return new Map([...ofService, ...ofPorts, ...ofHealthCheck]);
}

const timing = new Set(['health-probe_interval', 'health-probe_num-of-probe']);
