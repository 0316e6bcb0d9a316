import * as z from 'zod';
import { valueOr } from '../model/index.ts';
import {
  predict,
  serviceSituation,
  withClusterPolicy,
  withLocalPolicy,
  withoutAnnotations,
  withoutHints,
  withoutUnreadyPublished,
  withReconcile,
  type SituationChange,
} from '../traffic/index.ts';
import { fixOf, fixShape, openFindingsAbout } from './findings.ts';
import { firstOf } from './pages.ts';
import { portNumbers, portShape, serviceNamed } from './services.ts';
import { ToolError } from './source.ts';
import { defineTool } from './tool.ts';
import { nameInput, number, text, untrustedNote } from './untrusted.ts';

const changes = {
  'use-cluster-policy': withClusterPolicy,
  'use-local-policy': withLocalPolicy,
  'reconcile-probes': withReconcile,
  'drop-topology-hints': withoutHints,
  'stop-publishing-unready-pods': withoutUnreadyPublished,
} as const satisfies Readonly<Record<string, SituationChange>>;

const input = {
  cluster: nameInput.describe('Name or ARM id of the cluster'),
  namespace: nameInput,
  service: nameInput.describe('Name of the LoadBalancer Service'),
  change: z
    .enum([
      'use-cluster-policy',
      'use-local-policy',
      'reconcile-probes',
      'drop-topology-hints',
      'stop-publishing-unready-pods',
      'remove-annotation',
    ])
    .optional()
    .describe(
      'Left out: the fixes of the findings about this Service, with what is predicted of each',
    ),
  annotation: nameInput.optional().describe('For remove-annotation: its full key'),
};

const output = {
  before: z.array(portShape),
  after: z.array(portShape).describe('Empty where no change was named'),
  fixes: z.object({ items: z.array(fixShape), left_out: number }),
  note: text,
};

export const whatIf = defineTool({
  name: 'what_if',
  title: 'What a change would do to a Service',
  description: `Predicts the traffic of one LoadBalancer Service after a change of its settings, by the same model as the audit. Nothing is changed. For manifests and node pools use plan. ${untrustedNote}`,
  input,
  output,
  async run(source, { change, annotation, ...wanted }) {
    if (annotation !== undefined && change !== 'remove-annotation')
      throw new ToolError('annotation is for the change remove-annotation; for others use plan');
    const { cluster, service } = await serviceNamed(source, wanted);
    const fixes = openFindingsAbout(service, cluster).flatMap((finding) => finding.fixes);
    const stored = firstOf(fixes, change === undefined ? 5 : 0, fixOf);
    const before = service.ports.slice(0, 8).map(portNumbers);
    const answer: z.infer<z.ZodObject<typeof output>> = {
      before,
      after: [],
      fixes: stored,
      note: '',
    };
    if (change === undefined) return answer;
    if (source.withCluster === undefined)
      return {
        ...answer,
        fixes: firstOf(fixes, 5, fixOf),
        note: 'only the report is at hand here: these are the fixes that it holds; a saved folder or a live login can predict any change',
      };
    if (change === 'remove-annotation' && annotation === undefined)
      throw new ToolError('remove-annotation needs annotation: the full key');
    const step =
      change === 'remove-annotation' ? withoutAnnotations(annotation ?? '') : changes[change];
    return await source.withCluster(cluster.id, ({ snapshot }) => {
      const live = valueOr(snapshot.services, []).find(
        ({ namespace, name }) => namespace === service.namespace && name === service.name,
      );
      if (live === undefined)
        throw new ToolError('the cluster has no LoadBalancer Service of that name now');
      const situation = serviceSituation(snapshot, live);
      return Promise.resolve({
        ...answer,
        before: predict(situation).ports.slice(0, 8).map(portNumbers),
        after: predict(situation, step).ports.slice(0, 8).map(portNumbers),
        note: 'pods are taken to stay where they are',
      });
    });
  },
});
