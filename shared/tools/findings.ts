import * as z from 'zod';
import type { ClusterReport, Report, ServiceReport } from '../report/index.ts';
import { subjectText } from '../model/index.ts';
import { isOpen, type Finding } from '../findings/index.ts';
import { data, sixDigits, severity, text, number, verdict } from './untrusted.ts';

/** A finding for a model: what is ours beside what is the cluster's. */
export const findingShape = z.object({
  rule: text,
  severity,
  state: text,
  fingerprint: text,
  untrusted: z.object({
    cluster: text,
    subject: text,
    title: text,
    message: text,
  }),
});

/** A finding in that shape. */
export function findingOf(
  cluster: { readonly name: string },
  finding: Finding,
): z.infer<typeof findingShape> {
  const { kind } = finding.subject;
  return {
    rule: data(finding.rule),
    severity: finding.severity,
    state: finding.state,
    fingerprint: data(finding.fingerprint, 16),
    untrusted: {
      cluster: data(cluster.name, 63),
      subject: data(`${kind} ${subjectText(finding.subject)}`, 160),
      title: data(finding.title),
      message: data(finding.message, 500),
    },
  };
}

/** A fix for a model. */
export const fixShape = z.object({
  predicted: z
    .object({ verdict, lost: number, pods_without_share: number })
    .optional()
    .describe('What the share model says of the port after it; absent where it is not determined'),
  untrusted: z.object({
    title: text,
    steps: z.array(z.object({ tool: text, text })),
    trade_offs: z.array(text),
  }),
});

/** A fix in that shape, with its first four steps and trade-offs. */
export function fixOf(fix: Finding['fixes'][number]): z.infer<typeof fixShape> {
  const shares = Object.values(fix.after?.shares ?? {});
  return {
    ...(fix.after !== undefined && {
      predicted: {
        verdict: fix.after.verdict,
        lost: sixDigits(fix.after.lost),
        pods_without_share: shares.filter((share) => share === 0).length,
      },
    }),
    untrusted: {
      title: data(fix.title, 160),
      steps: fix.steps.slice(0, 4).map(({ tool, text: step }) => ({ tool, text: data(step, 400) })),
      trade_offs: fix.price.slice(0, 4).map((each) => data(each, 160)),
    },
  };
}

/** Open findings about one Service, in the report's order. */
export function openFindingsAbout(
  { namespace, name }: ServiceReport,
  { findings }: ClusterReport,
): readonly Finding[] {
  return findings.filter(
    (finding) =>
      isOpen(finding) && finding.subject.namespace === namespace && finding.subject.name === name,
  );
}

/** Clusters that were read in part or not at all: no finding there is no pass. */
export function gapsOf(report: Report): readonly ClusterReport[] {
  return report.clusters.filter(({ result }) => result !== 'complete');
}

/** Such a cluster for a model. */
export const gapShape = z.object({
  result: text,
  untrusted: z.object({ cluster: text, reason: text }),
});

/** A cluster in that shape. */
export function gapOf({ name, result, reason = '' }: ClusterReport): z.infer<typeof gapShape> {
  return { result, untrusted: { cluster: data(name, 63), reason: data(reason) } };
}
