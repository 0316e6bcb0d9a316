import { version } from '../../audit/version.ts';
import { buildReport, type ClusterReport, type Report } from '../../report/index.ts';
import type { AppContext } from '../../service/app-context.ts';
import { auditHere, type HereOptions } from '../../service/audit-here.ts';
import { ToolError, type ToolSource } from '../../tools/index.ts';
import { asToolError, withOne } from './folder-source.ts';

/** Live clusters, with the person's own login: the report is what has been audited so far. */
export function liveSource(
  context: AppContext,
  options: Pick<HereOptions, 'subscriptions' | 'policy'>,
): ToolSource {
  const known = new Map<string, ClusterReport>();
  const audit = async (name: string, onSnapshot?: HereOptions['onSnapshot']): Promise<Report> =>
    await asToolError(async () => {
      const audited = await auditHere(context, {
        ...options,
        clusters: [name],
        ...(onSnapshot !== undefined && { onSnapshot }),
      });
      if (audited.kind === 'no-login') throw new ToolError(audited.why);
      for (const cluster of audited.report.clusters) known.set(cluster.id, cluster);
      return audited.report;
    });
  return {
    report() {
      if (known.size === 0)
        throw new ToolError('no cluster has been audited yet; call audit_cluster first');
      const now = context.now().toISOString();
      return Promise.resolve(
        buildReport({
          version,
          run: { id: now, trigger: 'cli', startedAt: now, finishedAt: now },
          planned: known.size,
          clusters: [...known.values()],
        }),
      );
    },
    audit: async (name) => await audit(name),
    withCluster: async (name, use) => await withOne(use, (onSnapshot) => audit(name, onSnapshot)),
  };
}
