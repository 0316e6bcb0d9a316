import type { ClusterReport, Report, ServiceReport } from '../../shared/report/report.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import type { Plan } from '../../shared/plan/index.ts';
import type { Migration, MigrationSide } from '../../shared/traffic/index.ts';

/** What somebody might put into a name, a tag or an error body to make a reader of the report do something. */
export const hostileStrings: readonly string[] = [
  '<script>window.hit=1</script>',
  '</script><script>window.hit=1</script>',
  '<img src=x onerror=window.hit=1>',
  '"><svg onload=window.hit=1>',
  "' onmouseover='window.hit=1",
  '" autofocus onfocus=window.hit=1 x="',
  '</title><script>window.hit=1</script>',
  '</style><script>window.hit=1</script>',
  '</textarea><iframe src=javascript:window.hit=1>',
  '<!--<script>window.hit=1//-->',
  '<a href="javascript:window.hit=1">press</a>',
  'javascript:window.hit=1',
  'data:text/html,<script>window.hit=1</script>',
  '`${window.hit=1}`',
  '{{constructor.constructor("window.hit=1")()}}',
  '&lt;script&gt;window.hit=1&lt;/script&gt;',
  '&#60;img src=x onerror=window.hit=1&#62;',
  '\u0000<b>null</b>',
  'line one\r\nline two\nline three\u2028line four\u2029line five',
  '\u001B[31mred\u001B]0;title\u0007\u001B[2J',
  '\u202Egnp.exe\u2066hidden\u2069\u200B\uFEFF',
  '\uD800 half a pair \uDC00',
  '=HYPERLINK("http://evil.example","press")',
  "+1+cmd|'/C calc'!A0",
  "-2+3+cmd|'/C calc'!A0",
  "@SUM(1+1)*cmd|'/C calc'!A0",
  '\t=1+1',
  ' \n=1+1',
  '\uFF1D1+1',
  'name;=1+1;"=2+2"',
  '"quoted, with ""commas"", and more"',
  '| cell | more | --- |',
  '[press](https://evil.example "title")',
  '![picture](https://evil.example/x.png)',
  '# heading\n- list\n1. number\n> quote\n```code',
  '@everyone #123 owner/repo#1 https://evil.example www.evil.example',
  '*bold* _it_ ~~gone~~ `code` $math$ :tada:',
  'a\\" } 1\n# EOF\nevenkeel_findings{severity="x',
  ']]><![CDATA[<x/>]]>&entity;<?php 1 ?>',
  '__proto__ {0} {1} %s %d ../../etc/passwd',
];

/** Names of the fields of a type that hold any text, not one of a few words; in maps, the map's own name. */
type TextField<T, Field extends string = never, Above extends readonly unknown[] = []> =
  // A report is not so deep; values that may be anything have no end.
  Above['length'] extends 12
    ? never
    : T extends string
      ? // oxlint-disable-next-line typescript/no-generated-empty-object-type -- assignable where no key is required
        Record<never, never> extends Readonly<Record<T, true>>
        ? Field
        : never
      : T extends readonly (infer Element)[]
        ? TextField<Element, Field, [...Above, 0]>
        : T extends object
          ? string extends keyof T
            ? TextField<T[keyof T], Field, [...Above, 0]>
            : {
                [Key in keyof T & string]-?: TextField<NonNullable<T[Key]>, Key, [...Above, 0]>;
              }[keyof T & string]
          : never;

/**
 * Whose the texts of a report are, by its types: a field that is new there has to be named here before
 * anything compiles. `time`: checked where it is read, and of one form.
 */
export const textFields: Readonly<Record<TextField<Report>, 'ours' | 'theirs' | 'time'>> = {
  addresses: 'theirs',
  at: 'time',
  backendPool: 'theirs',
  because: 'ours',
  cause: 'ours',
  causes: 'ours',
  changeType: 'theirs',
  changedBy: 'theirs',
  clientType: 'theirs',
  clientsNotJudged: 'theirs',
  entryPoint: 'theirs',
  entryPoints: 'theirs',
  evidence: 'theirs',
  expires: 'time',
  externalTrafficPolicy: 'theirs',
  fingerprint: 'ours',
  finishedAt: 'time',
  firstSeen: 'time',
  frontend: 'theirs',
  help: 'theirs',
  host: 'theirs',
  id: 'theirs',
  kubernetesVersion: 'theirs',
  lastSeen: 'time',
  location: 'theirs',
  message: 'theirs',
  missingPaths: 'theirs',
  name: 'theirs',
  namespace: 'theirs',
  node: 'theirs',
  nodePool: 'theirs',
  nodes: 'theirs',
  notVerified: 'theirs',
  note: 'theirs',
  notes: 'theirs',
  observedAt: 'time',
  operation: 'theirs',
  owner: 'theirs',
  path: 'theirs',
  paths: 'theirs',
  plainName: 'theirs',
  pod: 'theirs',
  portName: 'theirs',
  // Of a fault that others explain: never shown.
  ports: 'ours',
  price: 'theirs',
  product: 'ours',
  properties: 'theirs',
  protocol: 'theirs',
  readAt: 'theirs',
  reason: 'theirs',
  resource: 'theirs',
  resourceGroup: 'theirs',
  routes: 'theirs',
  rule: 'ours',
  runId: 'ours',
  // Between runs only.
  faultKeys: 'ours',
  loadBalancers: 'theirs',
  seenOnce: 'ours',
  service: 'theirs',
  sku: 'theirs',
  slice: 'theirs',
  spread: 'theirs',
  startedAt: 'time',
  subjects: 'theirs',
  subscriptionId: 'theirs',
  switchedOff: 'ours',
  tags: 'theirs',
  text: 'theirs',
  title: 'theirs',
  unread: 'theirs',
  unserved: 'ours',
  version: 'ours',
  why: 'theirs',
  workloads: 'theirs',
};

/** Fields of the report that hold texts of somebody else's. */
export const untrusted: ReadonlySet<string> = new Set([
  'shares',
  'slices',
  ...Object.entries(textFields).flatMap(([field, whose]) => (whose === 'theirs' ? [field] : [])),
]);

const side: MigrationSide = {
  routes: ['Ingress web/shop'],
  paths: ['/a', '/b'],
  backends: [{ service: 'web/shop:80', path: '/a', part: 0.5, workloads: ['Deployment web/shop'] }],
};

const migration: Migration = {
  old: [
    {
      entryPoint: 'IngressClass nginx',
      product: 'NGINX',
      services: [{ namespace: 'web', name: 'nginx' }],
      addresses: ['20.1.2.3'],
    },
  ],
  new: [
    { entryPoint: 'Gateway web/edge', product: 'Istio', services: [], addresses: ['20.1.2.4'] },
  ],
  hosts: [
    { host: 'a.example.com', state: 'both', old: side, new: side, missingPaths: ['/b'] },
    { host: 'b.example.com', state: 'old-only', old: side, missingPaths: [] },
  ],
  hostCount: 2,
  unread: ['grpcRoutes: 403'],
};

/** The report with every field that there is, in each cluster, Service and finding. */
export function withEveryField(report: Report): Report {
  const run = { notes: ['policy: the last good one is used'], ...report.run };
  return { ...report, run, clusters: report.clusters.map(filled) };
}

function filled(cluster: ClusterReport): ClusterReport {
  return {
    owner: 'team-web',
    tags: { team: 'web' },
    migration,
    ...cluster,
    services: cluster.services.map(filledService),
    findings: cluster.findings.map(filledFinding),
    unknown: cluster.unknown.map((each) => ({ subjects: ['shop/web'], ...each })),
  };
}

function filledService(service: ServiceReport): ServiceReport {
  const backends = side.backends.map(({ path: _path, part: _part, ...rest }) => rest);
  const host = { host: 'a.example.com', backends };
  return {
    behind: { entryPoints: ['Gateway web/edge'], hosts: [host], hostCount: 1 },
    spread: 'a topologySpreadConstraint of Deployment shop/web',
    ...service,
    ports: service.ports.map((port) => ({
      clientsNotJudged: 'securityGroups: 403',
      notVerified: 'no right to ask',
      slices: ['nodes'],
      ...port,
    })),
  };
}

function filledFinding(finding: Finding): Finding {
  return {
    owner: 'team-web',
    notVerified: 'no right to ask',
    change: {
      at: '2026-11-23T05:00:00Z',
      resource: 'kubernetes',
      changeType: 'Update',
      operation: 'Microsoft.Network/loadBalancers/write',
      clientType: 'Azure Portal',
      changedBy: 'someone@example.com',
      properties: ['properties.probes'],
    },
    ...finding,
    fixes: finding.fixes.map((fix) => ({
      ...fix,
      ...(fix.after !== undefined && { after: { note: 'if pods spread', ...fix.after } }),
    })),
  };
}

/** The report with a text in every field that is not the product's own word. */
export function poisoned(report: Report, text: string): Report {
  const clusters: unknown = JSON.parse(JSON.stringify(report.clusters));
  const walk = (value: unknown, key: string, bad: boolean): unknown => {
    if (typeof value === 'string') {
      const ruleOfBalancer = key === 'port.rule';
      return bad || ruleOfBalancer ? text : value;
    }
    if (Array.isArray(value)) return value.map((each: unknown) => walk(each, key, bad));
    if (typeof value !== 'object' || value === null) return value;
    const isPort = 'backends' in value;
    const entries = Object.entries(value).map(([name, each]): [string, unknown] => [
      key === 'shares' || key === 'evidence' ? `${text} ${name}` : name,
      walk(each, isPort && name === 'rule' ? 'port.rule' : name, bad || untrusted.has(name)),
    ]);
    return Object.fromEntries(entries);
  };
  const changed = walk(clusters, '', false);
  const { notes } = report.run;
  const run = { ...report.run, ...(notes !== undefined && { notes: notes.map(() => text) }) };
  return { ...report, run, clusters: changed as Report['clusters'] };
}

/** Words of a plan that are the product's own; all its other texts come from manifests or the cluster. */
const wordsOfPlan: ReadonlySet<string> = new Set([
  'action',
  'because',
  'causes',
  'certainty',
  'effect',
  'family',
  'fingerprint',
  'firstSeen',
  'help',
  'lastSeen',
  'rule',
  'severity',
  'sourceAddress',
  'state',
  'takenAt',
  'tool',
  'verdict',
  'verdicts',
]);

/** The plan with a text in place of every other one. */
export function hostilePlan(plan: Plan, text: string): Plan {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return wordsOfPlan.has(key) ? value : text;
    if (Array.isArray(value)) return value.map((each: unknown) => walk(each, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]: [string, unknown]) => [name, walk(each, name)]),
    );
  };
  return walk(JSON.parse(JSON.stringify(plan)), '') as Plan;
}
