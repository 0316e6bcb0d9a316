import * as z from 'zod';
import { parseTaint } from '../model/index.ts';
import { matchesGlob } from './glob.ts';
import { clusterScope, pattern, scope, severity, text } from './patterns.ts';
import { owner, slack } from './slack-schema.ts';

/** The limits of rules that policy may set, and the rule that each belongs to. */
export const thresholdRules = {
  unevenMediumRatio: 'traffic/uneven-share',
  unevenHighRatio: 'traffic/uneven-share',
  lostCritical: 'traffic/lost-connections',
  snatUsedMedium: 'outbound/snat-ports-used',
  snatUsedHigh: 'outbound/snat-ports-used',
  idleConnections: 'traffic/starved-endpoints',
} as const;

/** Thresholds that a policy may set; their ranges and defaults stand in the schema below. */
export const thresholdNames = [
  'unevenMediumRatio',
  'unevenHighRatio',
  'lostCritical',
  'snatUsedMedium',
  'snatUsedHigh',
  'idleConnections',
] as const satisfies readonly (keyof typeof thresholdRules)[];

export const unknownRule = 'unknown rule';
export const otherVersion = 'unsupported format version; this build supports version 1';

const thresholds = z
  .strictObject({
    unevenMediumRatio: z
      .number()
      .min(1)
      .max(1000)
      .describe(
        'Ratio of largest to smallest share from which uneven traffic is medium; default 2.',
      ),
    unevenHighRatio: z.number().min(1).max(1000).describe('… from which it is high; default 4.'),
    lostCritical: z
      .number()
      .gt(0)
      .max(1)
      .describe('Fraction of lost new connections from which it is critical; default 0.1.'),
    snatUsedMedium: z
      .number()
      .gt(0)
      .max(1)
      .describe("Part of a node's SNAT ports in use from which it is medium; 0.75 unless set."),
    snatUsedHigh: z.number().gt(0).max(1).describe('… from which it is high; default 0.95.'),
    idleConnections: z
      .number()
      .min(0)
      .max(1_000_000)
      .describe(
        'Up to this many new connections in seven days a Service counts as idle, which lowers the severity of its traffic findings by one level; default 0.',
      ),
  })
  .partial()
  .check(
    z.refine((value) => !(Number(value?.unevenMediumRatio) > Number(value?.unevenHighRatio)), {
      error: 'unevenMediumRatio is above unevenHighRatio',
      when: () => true,
    }),
    z.refine((value) => !(Number(value?.snatUsedMedium) > Number(value?.snatUsedHigh)), {
      error: 'snatUsedMedium is above snatUsedHigh',
      when: () => true,
    }),
  );

const ruleEntry = (rule: z.ZodType<string>) =>
  z
    .strictObject({
      rule,
      scope: scope.optional(),
      off: z.boolean().optional().describe('Turns the rule off; its findings are only counted.'),
      severity: severity.optional(),
      thresholds: thresholds.optional(),
    })
    .check(
      z.refine(
        (value) =>
          value?.off !== undefined ||
          value?.severity !== undefined ||
          value?.thresholds !== undefined,
        { error: 'changes nothing: needs "off", "severity" or "thresholds"', when: () => true },
      ),
      z.refine((value) => value?.off !== true || value.severity === undefined, {
        error: 'a rule that is off cannot have a severity',
        path: ['severity'],
        when: () => true,
      }),
      ...Object.entries(thresholdRules).map(([name, owningRule]) =>
        z.refine<{ readonly rule?: unknown; readonly thresholds?: object | undefined }>(
          (value) =>
            !Object.hasOwn(value?.thresholds ?? {}, name) ||
            typeof value.rule !== 'string' ||
            matchesGlob(value.rule, owningRule),
          {
            error: `belongs to ${owningRule}, not to the rule of this entry`,
            path: ['thresholds', name],
            when: () => true,
          },
        ),
      ),
    );

const exemption = (rule: z.ZodType<string>) =>
  z
    .strictObject({
      rule,
      scope: scope.optional(),
      subject: pattern
        .optional()
        .describe('`namespace/name`, or the name of a node pool, node or load balancer.'),
      reason: text.describe('Reason for the exemption; shown in the report.'),
      owner: text.max(100).describe('Who agreed to it.'),
      expires: z.iso
        .date({ error: 'not a valid date (YYYY-MM-DD)' })
        .describe('Last day of the exemption (UTC); then the finding counts again.'),
    })
    .check(
      z.refine(
        (value) => value?.subject !== undefined || Object.keys(value?.scope ?? {}).length > 0,
        {
          error:
            'needs a "scope" or a "subject"; to silence a rule everywhere, set it "off" under "rules"',
          when: () => true,
        },
      ),
    );

const scan = z
  .strictObject({
    include: z.array(clusterScope).max(1000).optional().describe('Only these clusters.'),
    exclude: z.array(clusterScope).max(1000).default([]).describe('Not these.'),
  })
  .prefault({});

const sourceIpEntry = z.strictObject({
  services: z
    .array(pattern.regex(/^[^/]+\/[^/]+$/u, 'must be namespace/name'))
    .min(1)
    .max(1000),
  scope: clusterScope.optional(),
});

const namespaceName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u, 'not a valid namespace name');

const plannedTaint = z.strictObject({
  nodePool: z.string().min(1).max(63),
  taint: z
    .string()
    .max(320)
    .refine((value) => parseTaint(value) !== undefined, {
      error: 'not a valid taint (key=value:NoSchedule, PreferNoSchedule or NoExecute)',
    }),
  scope: clusterScope.optional(),
});

const labelKey = z.string().min(1).max(317);
const tagName = z.string().min(1).max(512);

/** The policy file; ids of rules are checked against those that exist. */
export function policySchema(ruleIds: readonly string[]) {
  const rule = z
    .string()
    .max(200)
    .refine((id) => ruleIds.some((each) => matchesGlob(id, each)), { error: unknownRule })
    .meta({
      description: 'A rule, or a pattern such as `placement/*`.',
      anyOf: [{ enum: ruleIds }, { pattern: String.raw`\*` }],
    });
  return z.strictObject({
    $schema: z.string().optional().describe('For editors only.'),
    version: z.literal(1, { error: otherVersion }).describe('Version of this format.'),
    scan: scan.describe('Which of the configured clusters a run audits.'),
    rules: z
      .array(ruleEntry(rule))
      .max(1000)
      .default([])
      .describe('Changes to rules. If several match, the last one that sets a value applies.'),
    exemptions: z
      .array(exemption(rule))
      .max(5000)
      .default([])
      .describe('Findings that are accepted until a given date.'),
    sourceIp: z
      .array(sourceIpEntry)
      .max(1000)
      .default([])
      .describe('Services that need the client IP, `namespace/name`.'),
    systemNamespaces: z
      .array(namespaceName)
      .max(1000)
      .default([])
      .describe('Additional namespaces whose pods belong on system pools.'),
    plannedTaints: z
      .array(plannedTaint)
      .max(200)
      .default([])
      .describe('Planned taints: DaemonSets are evaluated as if they were set.'),
    attribution: z
      .enum(['off', 'changes', 'people'])
      .default('changes')
      .describe(
        'What a new finding shows about the change that may have caused it: nothing; time, operation and kind of client; or also who made it.',
      ),
    ownerLabel: labelKey
      .default('evenkeel.dev/owner')
      .describe('Namespace label that contains the owner.'),
    ownerTag: tagName
      .default('evenkeel-owner')
      .describe('Cluster tag in Azure that contains the owner.'),
    owners: z
      .record(z.string(), owner)
      .default({})
      .describe('Teams, by name: 1 to 40 of a-z, 0-9 and -. Tags and labels refer to these names.'),
    slack: slack.optional(),
  });
}
