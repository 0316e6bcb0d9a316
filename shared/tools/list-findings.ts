import * as z from 'zod';
import { atLeast, severities } from '../findings/index.ts';
import { filterReport, openFindings, type Report } from '../report/index.ts';
import { allRules } from '../rules/index.ts';
import { findingOf, findingShape, gapOf, gapsOf, gapShape } from './findings.ts';
import { firstOf, answerPage } from './pages.ts';
import { ToolError } from './source.ts';
import { defineTool } from './tool.ts';
import { cursorInput, nameInput, number, severity, text, untrustedNote } from './untrusted.ts';

const input = {
  cluster: nameInput.optional().describe('Name or ARM id; every cluster where absent'),
  namespace: nameInput.optional(),
  rule: nameInput
    .optional()
    .describe('A rule such as traffic/starved-endpoints, or a family such as traffic'),
  severity: severity.optional().describe('This severity and worse'),
  cursor: cursorInput,
};

export const listFindings = defineTool({
  name: 'list_findings',
  title: 'List open findings',
  description: `Open findings of the audited clusters, worst first: who gets no traffic, what is lost, what works only by chance, and the clusters that could not be read (unknown is never a pass). ${untrustedNote}`,
  input,
  output: {
    run_finished_at: text,
    total: number,
    findings: z.array(findingShape),
    not_fully_read: z.object({ items: z.array(gapShape), left_out: number }),
    next_cursor: text.optional(),
  },
  async run(source, { cluster, namespace, rule, severity: from, cursor }) {
    const report = await source.report();
    if (rule !== undefined && !isKnownRule(rule, report))
      throw new ToolError('unknown rule or family; explain_rule names the nearest');
    const part = filterReport(report, {
      ...(cluster !== undefined && { clusters: [cluster] }),
      ...(namespace !== undefined && { namespaces: [namespace] }),
      ...(rule !== undefined && { rules: [rule] }),
      ...(from !== undefined && { severities: severities.filter((each) => atLeast(each, from)) }),
    });
    if (cluster !== undefined && part.clusters.length === 0)
      throw new ToolError('there is no cluster of that name in the report');
    const { items, ...page } = answerPage(
      openFindings(part),
      (each) => findingOf(each.cluster, each.finding),
      cursor,
    );
    return {
      run_finished_at: report.run.finishedAt,
      findings: items,
      not_fully_read: firstOf(gapsOf(part), 5, gapOf),
      ...page,
    };
  },
});

/** A report of another version may have rules that this one does not know. */
function isKnownRule(wanted: string, report: Report): boolean {
  const ids = [
    ...allRules.map(({ meta }) => meta.id),
    ...report.clusters.flatMap(({ findings }) => findings.map(({ rule }) => rule)),
  ];
  return ids.some((id) => id === wanted || id.startsWith(`${wanted}/`));
}
