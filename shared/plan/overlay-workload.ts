import { compacted, type ClusterSnapshot, type Workload } from '../model/index.ts';
import { changedWorkload, templateChanged, workloadChanges } from './changed-workload.ts';
import { same } from './fields.ts';
import type { LiveObject } from './live-objects.ts';
import { titleOf, sliceOfKind, type Wanted } from './object-kinds.ts';
import { find, put } from './rows.ts';
import { manifestOf, notesOf, refused, type ManifestStep } from './step.ts';

type WantedWorkload = Extract<Wanted, { readonly parsed: Workload }>;

/** A Deployment, StatefulSet or DaemonSet. */
export function overlayWorkload(
  snapshot: ClusterSnapshot,
  wanted: WantedWorkload,
  object: LiveObject | undefined,
): ManifestStep {
  const slice = sliceOfKind[wanted.kind];
  const live = find<Workload>(snapshot[slice], wanted);
  if (live !== undefined && object?.immutable !== undefined)
    return refused(snapshot, wanted, {
      path: object.immutable,
      text: `${object.immutable} cannot change; delete and recreate the ${wanted.kind}`,
    });
  const manifest = manifestOf(wanted, object);
  const next =
    live === undefined
      ? wanted.parsed
      : withoutOldCounts(live, changedWorkload(live, wanted.parsed, manifest));
  const known = live === undefined ? [] : workloadChanges(live, next);
  const unseen = live === undefined || templateChanged(live, next) ? [] : (object?.template ?? []);
  const fields = [...known, ...templateFields(unseen)];
  const isPartial = live !== undefined && object !== undefined && object.template === undefined;
  const { kind, namespace, name, place } = wanted;
  return {
    snapshot:
      live === undefined || known.length > 0 ? put(snapshot, slice, next, wanted) : snapshot,
    change: {
      kind,
      namespace,
      name,
      action: live === undefined ? 'create' : fields.length === 0 ? 'unchanged' : 'update',
      place,
      fields,
      notes: compacted([
        ...notesOf(live !== undefined, manifest),
        isPartial &&
          'only a part of its pod template was saved: whether the manifest changes another part, which replaces its pods, is not known',
      ]),
    },
    replaced: unseen.length > 0,
    unknown:
      snapshot[slice].kind === 'unread'
        ? [`${titleOf(wanted)}: ${slice} were not read, so that it is taken as new`]
        : [],
  };
}

const mostFields = 5;

function templateFields(paths: readonly string[]): readonly string[] {
  const more = paths.length - mostFields;
  return compacted([
    ...paths
      .slice(0, mostFields)
      .map((path) => `${path.replace(/^pod template\./u, 'pod template: ')} changes`),
    more > 0 && `pod template: ${more} more fields change`,
  ]);
}

/** Counts of its status are those of before; a changed workload has yet to reach its own. */
function withoutOldCounts(live: Workload, next: Workload): Workload {
  if (same(live, next)) return live;
  const { statusCount: _count, ...rest } = next;
  return rest;
}
