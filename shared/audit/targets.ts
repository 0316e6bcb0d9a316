import { armId, armIdParts, sameName } from '../model/index.ts';
import { InputError } from './input-error.ts';

/** What a person named with `--subscription` and `--cluster`. */
export interface NamedTargets {
  /** Ids; none = all that the login sees. */
  readonly subscriptions: readonly string[];
  /** Names or ARM ids; none = every cluster. */
  readonly clusters: readonly string[];
}

/** What a command is about. */
export interface Targets {
  readonly subscriptions: 'all' | readonly string[];
  readonly wanted: (cluster: ClusterName) => boolean;
  /** Which of the names none of these clusters has. */
  readonly missing: (clusters: readonly ClusterName[]) => readonly string[];
}

interface ClusterName {
  /** ARM id, lower case. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;
const clusterId =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourcegroups\/[^/]+\/providers\/microsoft\.containerservice\/managedclusters\/[^/]+$/iu;

/**
 * ARM ids name their subscription, which then needs not be named; plain names count in the
 * subscriptions that are named, or in all.
 * @throws {InputError} for what is neither.
 */
export function targetsOf(named: NamedTargets): Targets {
  const subscriptions = named.subscriptions.map((text) => text.trim().toLowerCase());
  for (const id of subscriptions)
    if (!guid.test(id))
      throw new InputError(
        `--subscription takes the id of a subscription, not ${JSON.stringify(id)} (az account list shows them)`,
      );
  const ids = named.clusters.filter((text) => text.includes('/'));
  for (const text of ids)
    if (!clusterId.test(text.trim()))
      throw new InputError(
        `--cluster takes a name or an ARM id (/subscriptions/…/managedClusters/NAME), not ${JSON.stringify(text)}`,
      );
  const ofIds = ids.flatMap((text) => armIdParts(armId(text)).subscriptionId ?? []);
  const onlyIds = ids.length > 0 && ids.length === named.clusters.length;
  const all = subscriptions.length === 0 && !onlyIds;
  const isNamed = (text: string, cluster: ClusterName): boolean =>
    text.includes('/')
      ? armId(text) === cluster.id
      : sameName(text, cluster.name) &&
        (subscriptions.length === 0 || subscriptions.includes(cluster.subscriptionId ?? ''));
  return {
    subscriptions: all ? 'all' : [...new Set([...subscriptions, ...ofIds])],
    wanted: (cluster) =>
      named.clusters.length === 0 ? true : named.clusters.some((text) => isNamed(text, cluster)),
    missing: (clusters) =>
      named.clusters.filter((text) => !clusters.some((cluster) => isNamed(text, cluster))),
  };
}
