import * as z from 'zod';
import { subjectText } from '../model/index.ts';
import {
  deletionOf,
  nodePoolChange,
  planManifests,
  type Deletion,
  type NodePoolChange,
  type PortOutcome,
  type Plan,
  type PortAfter,
} from '../plan/index.ts';
import { answerPage } from './pages.ts';
import { ToolError } from './source.ts';
import { defineTool } from './tool.ts';
import {
  cursorInput,
  data,
  nameInput,
  number,
  sixDigits,
  text,
  untrustedNote,
} from './untrusted.ts';

/** A rendered chart is far smaller; this is what one message may carry. */
const longestManifests = 512 * 1024;

const input = {
  cluster: nameInput.describe('Name or ARM id of the cluster'),
  manifests: z
    .string()
    .max(longestManifests)
    .optional()
    .describe('YAML or JSON manifests themselves, one or many documents; never a path'),
  namespace: nameInput.optional().describe('For manifests that name none; default'),
  node_pools: z
    .array(
      z.strictObject({
        name: nameInput,
        taints: z
          .array(nameInput)
          .max(20)
          .optional()
          .describe('KEY=VALUE:EFFECT, or KEY- to remove one'),
        labels: z.array(nameInput).max(20).optional().describe('KEY=VALUE, or KEY- to remove one'),
        count: z.number().int().min(0).max(1_000).optional(),
      }),
    )
    .max(20)
    .optional(),
  delete: z.array(nameInput).max(50).optional().describe('KIND/NAMESPACE/NAME'),
  cursor: cursorInput,
};

const itemShape = z.object({
  kind: z.enum([
    'service',
    'new-finding',
    'gone-finding',
    'placement',
    'unknown',
    'problem',
    'change',
  ]),
  effect: text.optional(),
  certainty: text.optional(),
  rule: text.optional(),
  severity: text.optional(),
  line: number.optional(),
  untrusted: z.object({
    subject: text,
    before: text.optional(),
    after: text.optional(),
    text: text.optional(),
  }),
});

type Item = z.infer<typeof itemShape>;

export const planTool = defineTool({
  name: 'plan',
  title: 'Plan manifests against a cluster',
  description: `What manifests, node pool changes or deletions would do to the traffic of one cluster, before they are applied: shares before and after, new and gone findings, what cannot be known. Nothing is applied. ${untrustedNote}`,
  input,
  offered: ({ withCluster }) => withCluster !== undefined,
  output: {
    effect: z.enum(['better', 'same', 'worse', 'maybe-worse', 'unknown']),
    unchanged_services: number,
    total: number,
    items: z.array(itemShape),
    next_cursor: text.optional(),
  },
  async run({ withCluster }, given) {
    if (withCluster === undefined)
      throw new ToolError(
        'a plan needs a saved folder or a live login; only reports are at hand here',
      );
    const { manifests = '', namespace = 'default' } = given;
    const nodePools = (given.node_pools ?? []).map(poolChange);
    const deletions = (given.delete ?? []).map(deletion);
    if (manifests.trim() === '' && nodePools.length + deletions.length === 0)
      throw new ToolError('say what changes: manifests, node_pools or delete');
    const plan = await withCluster(given.cluster, (cluster) =>
      planManifests({
        cluster,
        manifests: manifests.trim() === '' ? [] : [{ file: 'manifests', text: manifests }],
        namespace,
        nodePools,
        deletions,
      }),
    );
    const { items, ...page } = answerPage(itemsOf(plan), (item) => item, given.cursor);
    return {
      effect: effectOf(plan),
      unchanged_services: plan.unchangedServices,
      items,
      ...page,
    };
  },
});

type PoolInput = NonNullable<z.infer<z.ZodObject<typeof input>>['node_pools']>[number];

/** What could not be planned is no pass. */
function effectOf({ effect, problems }: Plan): Plan['effect'] {
  return problems.length > 0 && (effect === 'same' || effect === 'better') ? 'unknown' : effect;
}

function poolChange({ name, taints = [], labels = [], count }: PoolInput): NodePoolChange {
  const change = nodePoolChange({ name, taints, labels, count });
  if (typeof change === 'string') throw new ToolError(data(change));
  return change;
}

function deletion(wanted: string): Deletion {
  const found = deletionOf(wanted);
  if (typeof found === 'string') throw new ToolError(data(found));
  return found;
}

/** Everything that the plan says, what matters most first. */
function itemsOf(plan: Plan): readonly Item[] {
  const { problems, services, findings, placements, unknown, changes } = plan;
  return [
    ...problems.map(({ place, text: fault }): Item => ({
      kind: 'problem',
      ...lineOf(place),
      untrusted: { subject: '', text: data(fault) },
    })),
    ...services.flatMap(serviceItems),
    ...findings.new.map((each) => findingItem('new-finding', each)),
    ...findings.gone.map((each) => findingItem('gone-finding', each)),
    ...placements.map(placementItem),
    ...unknown.map((each): Item => ({
      kind: 'unknown',
      untrusted: { subject: '', text: data(each) },
    })),
    ...changes.map(changeItem),
  ];
}

/** One item for each port of a Service. */
function serviceItems(service: Plan['services'][number]): readonly Item[] {
  const { namespace, name, ports, place, notes } = service;
  return ports.map((port) => ({
    kind: 'service',
    effect: port.effect,
    ...(port.after !== undefined && { certainty: port.after.certainty }),
    ...lineOf(place),
    untrusted: {
      subject: data(`${namespace}/${name} ${port.port}/${port.protocol} ${port.family}`, 200),
      before: port.before === undefined ? 'does not exist' : data(outcomeText(port.before)),
      after: data(afterText(port.after), 400),
      ...(notes.length > 0 && { text: data(notes.join('; ')) }),
    },
  }));
}

function findingItem(
  kind: 'new-finding' | 'gone-finding',
  { finding, certainty, place }: Plan['findings']['new'][number],
): Item {
  return {
    kind,
    certainty,
    rule: data(finding.rule, 80),
    severity: finding.severity,
    ...lineOf(place),
    untrusted: {
      subject: data(`${finding.subject.kind} ${subjectText(finding.subject)}`, 200),
      text: data(finding.title),
    },
  };
}

function placementItem(placement: Plan['placements'][number]): Item {
  const { kind, namespace, name, pods, nodes, nodeCount, pending } = placement;
  const nodeNames = nodes.slice(0, 5).join(', ');
  const stillPending = pending > 0 ? `, ${pending} Pending` : '';
  return {
    kind: 'placement',
    untrusted: {
      subject: data(`${kind} ${namespace}/${name}`, 200),
      text: data(`${pods} pods on any of ${nodeCount} nodes (${nodeNames})${stillPending}`),
    },
  };
}

function changeItem(change: Plan['changes'][number]): Item {
  const { kind, action, place, fields, notes, ...subject } = change;
  return {
    kind: 'change',
    effect: action,
    ...lineOf(place),
    untrusted: {
      subject: data(`${kind} ${subjectText(subject)}`, 200),
      text: data([...fields, ...notes].join('; '), 300),
    },
  };
}

function lineOf(place: { readonly line: number } | undefined): Pick<Item, 'line'> {
  return place === undefined ? {} : { line: place.line };
}

function outcomeText({ verdict, lost, endpoints }: PortOutcome): string {
  const shares = endpoints
    .filter(({ ready }) => ready)
    .map(({ share }) => share)
    .toSorted((a, b) => b - a);
  const shown = shares
    .slice(0, 6)
    .map((share) => Math.round(share * 100))
    .join('/');
  const more = shares.length > 6 ? ` and ${shares.length - 6} more` : '';
  return `${verdict}: shares % ${shown}${more}, lost ${sixDigits(lost)}`;
}

function afterText(after: PortAfter | undefined): string {
  if (after === undefined) return 'is gone';
  if (after.certainty === 'unknown') return `unknown: ${after.why}`;
  if (after.certainty === 'exact') return outcomeText(after);
  return `likely ${outcomeText(after.likely)}; best ${outcomeText(after.best)}; worst ${outcomeText(after.worst)}`;
}
