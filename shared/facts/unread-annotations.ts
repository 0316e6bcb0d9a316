import {
  annotationPrefix,
  isBefore,
  knownAnnotations,
  knownPortAnnotations,
  type KnownAnnotation,
} from '../load-balancing/index.ts';
import { nearest, sameName, type LoadBalancerService } from '../model/index.ts';
import { knownMistake } from './annotation-mistakes.ts';
import { fits, misreadValue } from './annotation-values.ts';
import { internalIntent } from './internal-intent.ts';

/** An annotation of a Service that has no effect. */
export interface UnreadAnnotation {
  readonly key: string;
  readonly value: string;
  readonly why:
    | 'unknown-name'
    | 'unknown-port'
    | 'wrong-prefix'
    | 'newer-than-cluster'
    | 'unsupported'
    | 'unknown-value';
  /** The whole key that is most likely meant, where the value fits it. */
  readonly meant?: string;
  /** What is known of the meant one, or of this one where its name is right. */
  readonly known?: KnownAnnotation;
  /** What to know instead of another name, or about the value. */
  readonly note?: string;
}

/** Looking for a near name takes a fraction of a millisecond: beyond so many there are no proposals. */
export interface Proposals {
  left: number;
}

/** The budget of one audit. */
export function proposals(): Proposals {
  return { left: 500 };
}

/**
 * The annotations of a Service that look like Azure's cloud provider's and have no effect, by key.
 * One that is meant to make the Service internal is not among them: that it is public is a finding
 * of its own.
 */
export function unreadAnnotations(
  service: LoadBalancerService,
  kubernetesVersion: string | undefined,
  budget = proposals(),
): readonly UnreadAnnotation[] {
  const names = namesOf(service);
  const intent = internalIntent(service)?.key;
  return [...service.annotations]
    .filter(([key]) => key !== intent)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap((entry) => judge(entry, names, kubernetesVersion) ?? [])
    .map((each) => withProposal(each, service, names, budget));
}

/** Every name that means something on a Service. */
type KnownNames = ReadonlyMap<string, KnownAnnotation>;

function withProposal(
  unread: UnreadAnnotation,
  service: LoadBalancerService,
  names: KnownNames,
  budget: Proposals,
): UnreadAnnotation {
  const { key, value, why } = unread;
  if (why === 'newer-than-cluster' || why === 'unknown-value') return unread;
  const name = tailOf(key);
  const mistake = names.has(name) ? undefined : knownMistake(service, name, value);
  if (mistake === undefined && budget.left > 0) budget.left -= 1;
  else if (mistake === undefined) return unread;
  const candidates = mistake?.names ?? nearestNames(name, names);
  const meant = candidates.find((each) => {
    const known = names.get(each);
    return known !== undefined && fits(known.values, value, service.ports);
  });
  const known = names.get(meant ?? '');
  return {
    ...unread,
    ...(mistake?.names.length === 0 && { why: 'unsupported' as const }),
    ...(known === undefined
      ? mistake?.note !== undefined && { note: mistake.note }
      : { meant: `${annotationPrefix}${meant}`, known }),
  };
}

function judge(
  [key, value]: readonly [string, string],
  names: KnownNames,
  version: string | undefined,
): UnreadAnnotation | undefined {
  const name = tailOf(key);
  if (!key.startsWith(annotationPrefix))
    return isMisplaced(key, name, names) ? { key, value, why: 'wrong-prefix' } : undefined;
  const own = names.get(name);
  if (own !== undefined) {
    if (own.since !== undefined && isBefore(version, Number(own.since.split('.')[1])))
      return { key, value, why: 'newer-than-cluster', known: own };
    const note = misreadValue(own.values, value);
    return note === undefined ? undefined : { key, value, why: 'unknown-value', known: own, note };
  }
  // One name is read in any letter case.
  if (!looksLikeAzure(name) || sameName(name, 'azure-load-balancer-configurations'))
    return undefined;
  const setting = /^port_\d+_(.+)$/u.exec(name)?.[1];
  const ofPort = knownPortAnnotations.some((each) => each.name === setting);
  return { key, value, why: ofPort ? 'unknown-port' : 'unknown-name' };
}

function tailOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

/** A name of Azure's behind another prefix of Kubernetes or none, or exactly one behind any other. */
function isMisplaced(key: string, name: string, names: KnownNames): boolean {
  const domain = key.slice(0, Math.max(0, key.length - name.length - 1)).toLowerCase();
  if (domain === 'service.beta.kubernetes.io') return looksLikeAzure(name);
  const kubernetes = domain === '' || /(?:^|\.)kubernetes\.(?:io|azure\.com)$/u.test(domain);
  return kubernetes ? looksLikeAzure(name) : name.startsWith('azure-') && names.has(name);
}

function looksLikeAzure(name: string): boolean {
  return /^(?:azure-|port_)/iu.test(name);
}

/** The known name that a name most likely stands for. */
function nearestNames(name: string, names: KnownNames): readonly string[] {
  if (names.has(name)) return [name];
  const near = nearest(name, [...names.keys()]);
  return near === undefined ? [] : [near];
}

/** Settings of ports that the Service has count, and those of the probe of Local. */
function namesOf(service: LoadBalancerService): KnownNames {
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
