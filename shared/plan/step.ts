import type { ClusterSnapshot, LoadBalancerService } from '../model/index.ts';
import type { Manifest } from './fields.ts';
import type { LiveObject } from './live-objects.ts';
import { titleOf, type Wanted } from './object-kinds.ts';
import type { ObjectChange, Problem } from './types.ts';

/** What one manifest does to the cluster. */
export interface ManifestStep {
  readonly snapshot: ClusterSnapshot;
  readonly change?: ObjectChange;
  /** Whether the cloud provider looks at the Service again. */
  readonly touched?: boolean;
  /** The Service as it was while it had a load balancer, where it has none now. */
  readonly deleted?: LoadBalancerService;
  /** Whether all pods of the workload are replaced for a reason that is not in the snapshot. */
  readonly replaced?: boolean;
  readonly problems?: readonly Problem[];
  readonly unknown?: readonly string[];
}

/** The API server takes none of the manifest. */
export function refused(
  snapshot: ClusterSnapshot,
  wanted: Wanted,
  { path, text }: { readonly path: string; readonly text: string },
): ManifestStep {
  const place = { ...wanted.place, line: wanted.lineOf(path) };
  return { snapshot, problems: [{ place, text: `${titleOf(wanted)}: ${text}` }] };
}

/** A manifest beside what was applied before. */
export function manifestOf({ raw }: Wanted, object: LiveObject | undefined): Manifest {
  return { raw, applied: object?.applied };
}

/** What people should know of a manifest for an object that exists. */
export function notesOf(exists: boolean, { applied }: Manifest): readonly string[] {
  return exists && applied === undefined
    ? ['it has no last applied configuration: fields that the manifest leaves out stay as they are']
    : [];
}
