import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { columns } from '../../shared/report/text/width.ts';
import { cluster, endpoint, finding, port, report, service } from './builders.ts';
import { articleReport, blindCluster, crowdedCluster, fleetReport } from './samples.ts';
import { render } from '../../shared/report/index.ts';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { isOpen } from '../../shared/findings/index.ts';
import { commandLines } from '../../shared/report/text/fixes.ts';
import { renderText } from '../support/rendered.ts';

const plain = (given: Parameters<typeof renderText>[0], width = 100): string =>
  renderText(given, { width, colour: false });

const commands = articleReport.clusters.flatMap(({ findings }) =>
  findings.flatMap(({ fixes }) => fixes.flatMap(({ steps }) => steps.map(({ text }) => text))),
);
/** Commands and manifests are pasted: what cannot be broken is not. */
const isOfCommand = (line: string): boolean => {
  const part = line.replace(/ \\$/u, '').trim();
  return /^[a-z-]+\/[a-z-]+$/u.test(part) || commands.some((text) => text.includes(part));
};

/** Clusters like the article's. */
const many = (count: number) =>
  report(
    Array.from({ length: count }, (_, at) => ({
      ...(articleReport.clusters[0] ?? cluster()),
      name: `aks-${String(at).padStart(4, '0')}`,
      id: `/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-${at}`,
    })),
  );

const cases = path.join(import.meta.dirname, '../cases');
const tenCases = [
  'backend-drift',
  'outbound-ports',
  'placement-hints',
  'probe-mismatch',
  'security-groups',
  'seed-1-basic-local',
  'service-settings',
  'several-load-balancers',
  'standard-taints',
  'standard-uneven-local',
];

describe('the report on a terminal', () => {
  test('shows the article: one pod with everything, two with nothing and why', () => {
    const text = plain(articleReport);
    expect(text).toContain('100/0/0  pods without traffic');
    expect(text).toMatch(/█{20} {3}100 % {2}echo-deployment-557c9d44c5-pqgvx/u);
    expect(text).toContain('not in the backend pool: a Basic load balancer has one VM set');
    expect(text).toContain('evenkeel explain traffic/starved-endpoints');
    expect(text.replaceAll(/\s+/gu, ' ')).toContain('→ 33/33/33, even');
  });

  test('a port of very many pods is shown, one line for those that are alike', () => {
    const one = endpoint({ share: 1 / 200_000 });
    const endpoints = Array.from({ length: 200_000 }, () => one);
    const services = [service({ ports: [port({ endpoints })] })];
    expect(plain(report([cluster({ services })]))).toContain('200,000 pods on');
  });

  test('of no cluster it does not say that nothing was found', () => {
    const text = plain(report([]));
    expect(text).toContain('No cluster was audited.');
    expect(text).not.toMatch(/no findings/iu);
    expect(render(report([]), 'markdown')).not.toMatch(/no findings/iu);
  });

  test.each([40, 57, 80, 100, 133, 200])('keeps to %i columns', (width) => {
    for (const given of [articleReport, fleetReport])
      expect(
        plain(given, width)
          .split('\n')
          .filter((line) => columns(line) > width && !isOfCommand(line)),
      ).toEqual([]);
  });

  test.each([
    { name: 'narrower than 40', width: 3 },
    { name: 'no number', width: Number.NaN },
    { name: 'wider than 200', width: 10_000 },
  ])('a width that is $name gives a report', ({ width }) => {
    expect(plain(articleReport, width)).toContain('pods without traffic');
  });

  test('colours only when asked', () => {
    expect(plain(fleetReport)).not.toContain('\u001B');
    expect(renderText(fleetReport, { width: 100, colour: true })).toContain('\u001B[31m');
  });

  test('takes colour away and nothing else', () => {
    const coloured = renderText(fleetReport, { width: 100, colour: true });
    // oxlint-disable-next-line no-control-regex -- the escape is what is looked for
    expect(coloured.replaceAll(/\u001B\[[\d;]*m/gu, '')).toBe(plain(fleetReport));
  });

  test('40 pods are shown by their nodes, in a dozen lines', () => {
    const text = plain(report([crowdedCluster]));
    const lines = text.split('\n');
    const from = lines.findIndex((line) => line.includes('checkout/checkout'));
    const to = lines.findIndex((line, at) => at > from && line === '');
    expect(to - from).toBeLessThanOrEqual(14);
    expect(text).toMatch(/█{10}·{10} {3}2\.3 % {2}2 pods on each of 10 nodes \(general\)/u);
    expect(text).toMatch(/█{20} {3}4\.5 % {2}1 pod on each of 8 nodes \(memory\)/u);
    expect(text).toContain('share of one pod; full bar: 4.5 %');
  });

  test('the node that holds most of 40 pods comes first, and its bar is short', () => {
    const endpoints = Array.from({ length: 40 }, (_, at) =>
      endpoint({
        pod: `web-${at}`,
        node: at < 32 ? 'aks-user-0' : `aks-user-${at - 31}`,
        share: at < 32 ? 1 / 9 / 32 : 1 / 9,
      }),
    );
    const text = plain(
      report([
        cluster({ services: [service({ ports: [port({ verdict: 'uneven', endpoints })] })] }),
      ]),
    );
    const rows = text.split('\n').filter((line) => /^ {4}[█▏▎▍▌▋▊▉·]/u.test(line));
    expect(rows).toEqual([
      expect.stringMatching(
        /^ {4}▋·{19} {2}0\.35 % {2}32 pods on aks-user-0 \(user\)$|^ {4}▋·{19} {3}0\.3 % {2}32 pods on aks-user-0 \(user\)$/u,
      ),
      expect.stringMatching(/^ {4}█{20} {2}11\.1 % {2}1 pod on each of 8 nodes \(user\)$/u),
    ]);
  });

  test('equal pods are one line', () => {
    const endpoints = Array.from({ length: 250 }, (_, at) =>
      endpoint({ pod: `web-${at}`, share: 0.004 }),
    );
    const text = plain(
      report([cluster({ services: [service({ ports: [port({ endpoints })] })] })]),
    );
    expect(text).toContain('250 × 0.4 %');
    expect(text).toContain('250 pods on aks-user-12345678-vmss000000 (user)');
  });

  test('ports that share one picture are one', () => {
    const both = service({
      ports: [port(), port({ port: 443 }), port({ port: 53, protocol: 'UDP' })],
    });
    expect(plain(report([cluster({ services: [both] })]))).toContain('80,443/TCP 53/UDP');
  });

  test('what was not read is not known, and says what is missing', () => {
    const text = plain(report([blindCluster]));
    expect(text).toContain('not known: loadBalancers: 403');
    expect(text).toContain('unknown is not a pass');
    expect(text).toContain('grant Reader on the node');
    expect(text).not.toContain('No findings');
  });

  test('a part that is lost has its own bar and causes', () => {
    expect(plain(fleetReport)).toMatch(/█{5}·{15} {4}25 % {2}lost: backends pass the probe/u);
  });

  test('wide characters keep columns', () => {
    const wide = service({ name: '日本語のサービス名前'.repeat(4), namespace: '店' });
    const text = plain(report([cluster({ services: [wide] })]), 60);
    expect(Math.max(...text.split('\n').map((line) => columns(line)))).toBeLessThanOrEqual(60);
    expect(text).toContain('…');
  });

  test('nothing of a cluster reaches the terminal as a command', () => {
    const name = '\u001B[31mred\u0007\u202Eevil\u200B\u0000';
    const text = plain(
      report([
        cluster({
          name,
          services: [service({ name, ports: [port({ endpoints: [endpoint({ pod: name })] })] })],
          findings: [finding({ title: name, message: `${name}\r\nforged line` })],
        }),
      ]),
    );
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u202E]/u);
    expect(text).toContain('redevil forged line');
  });

  test('a thousand findings are cut with a word on the rest', () => {
    const findings = Array.from({ length: 1_000 }, (_, at) =>
      finding({ fingerprint: String(at).padStart(16, '0') }),
    );
    const text = plain(report([cluster({ findings })]));
    expect(text).toContain('1,000 findings');
    expect(text).toContain('and 988 more findings');
  });

  test('the commands of a fix stand under it, once', () => {
    const step = {
      tool: 'kubectl',
      text: `kubectl -n shop annotate service web ${'x'.repeat(90)} 'two words'`,
    } as const;
    const fix = { title: 'Annotate it', steps: [step], price: ['one more reconcile'] };
    const text = plain(
      report([
        cluster({
          findings: [
            finding({ fixes: [fix] }),
            finding({
              fingerprint: '1'.repeat(16),
              rule: 'traffic/uneven-share',
              severity: 'high',
              fixes: [fix],
            }),
          ],
        }),
      ]),
    );
    expect(text).toMatch(/fix {8}Annotate it\n {23}kubectl -n shop annotate service web \\\n/u);
    expect(text).toContain(`${'x'.repeat(90)} \\\n`);
    expect(text).toContain("'two words'");
    expect(text).toContain('Annotate it (commands and trade-off above)');
    expect(text.match(/kubectl/gu)).toHaveLength(1);
  });

  test('an even Service with a critical finding is not shown as even', () => {
    const text = plain(
      report([
        cluster({
          services: [service()],
          findings: [finding({ rule: 'network/nsg-blocks-service' })],
        }),
      ]),
    );
    expect(text).toMatch(/shop\/web .* 100 {2}critical finding$/mu);
    expect(text).not.toMatch(/ even$/mu);
  });

  test('clients that were not judged are named under their Service', () => {
    const text = plain(
      report([
        cluster({
          services: [
            service({ ports: [port({ clientsNotJudged: 'no network security group was read' })] }),
          ],
        }),
      ]),
    );
    expect(text).toContain('clients not checked: no network security group was read');
  });
});

/** Each argument as bash hands it to the program; JSON without its blanks. */
function argumentsOf(texts: readonly string[]): readonly (readonly string[])[] {
  const show = String.raw`show() { printf '%s\0' "$@"; printf '\n\0'; }; kubectl() { show "$@"; }; az() { show "$@"; }`;
  const { stdout } = spawnSync('bash', ['-c', [show, ...texts].join('\n')], { encoding: 'utf8' });
  return stdout
    .split('\0\n\0')
    .slice(0, -1)
    .map((line) =>
      line
        .split('\0')
        .map((each) => (/^[{[]/u.test(each) ? JSON.stringify(JSON.parse(each)) : each)),
    );
}

describe('a command that is broken into lines', () => {
  const affinity = {
    nodeAffinity: { required: [{ key: 'a,b {c} [d]: "e"', values: ['x', 'y'] }] },
  };
  const given = [
    ...commands.filter((text) => /^(?:kubectl|az) /u.test(text)),
    `kubectl patch deployment web -p '${JSON.stringify({ spec: { affinity } })}' --type merge`,
    String.raw`kubectl annotate service web note='it'\''s {"a":1}' key="$(printf '%s' 1)" --overwrite`,
    `az network nsg rule create --ids /subscriptions/${'x'.repeat(90)} --protocol '*'`,
  ];

  test.each([20, 55, 75])('is to bash what it was before, at %d columns', (room) => {
    const broken = given.map((text) => commandLines(text, room));
    expect(broken.filter((lines) => lines.length > 1).length).toBeGreaterThan(3);
    const whole = argumentsOf(given);
    expect(whole).toHaveLength(given.length);
    expect(argumentsOf(broken.map((lines) => lines.join('\n')))).toEqual(whole);
  });

  test('JSON is broken as well: no line is over the width', () => {
    const lines = given.slice(0, -1).flatMap((text) => commandLines(text, 55));
    const long = lines.filter((line) => columns(line) > 58);
    expect(long).toEqual(long.filter((line) => /^ *\S+(?: \\)?$/u.test(line)));
    expect(Math.max(...long.map(columns), 0)).toBeLessThanOrEqual(90);
  });

  test('JSON that ends exactly at the width leaves no empty line', () => {
    const patch = `kubectl patch service a --type merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`;
    const empty = Array.from({ length: 60 }, (_, at) => at + 30).filter((room) =>
      commandLines(patch, room).some((line) => line.trim() === ''),
    );
    expect(empty).toEqual([]);
  });
});

describe('a fleet on a terminal', () => {
  test('a table comes first: worst cluster first, unknown is no pass', () => {
    const rows = plain(fleetReport).split('\n').slice(0, 7);
    expect(rows.map((row) => row.trim().split(/ {2,}/u).slice(0, 2))).toEqual([
      ['CLUSTER', 'SCAN'],
      ['aks-app', 'complete'],
      ['aks-lossy', 'complete'],
      ['aks-blind', 'partial'],
      ['aks-denied', 'denied'],
      ['aks-crowded', 'complete'],
      ['aks-even', 'complete'],
    ]);
    expect(rows[1]).toMatch(/1 {4}1 {4}1 {4}· {2}2 of 3 ready pods of default\/echo-service/u);
    expect(rows[4]).toMatch(/(?: {4}\?){4} {2}the identity may not list nodes/u);
    expect(rows[3]).toContain('loadBalancers: 403');
  });

  test('a Service that its owner closed is neither faulty nor unknown', () => {
    const shut = service({ name: 'shut', ports: [port({ verdict: 'none', disabled: true })] });
    const clusters = [shut, service()].map((each, at) =>
      cluster({ name: `aks-${at}`, services: [each] }),
    );
    const text = plain(report(clusters));
    expect(text).toContain('Traffic not even  0 of 2 Services');
    expect(text).toContain('1 Service with even traffic; 1 Service closed by annotation');
    expect(text).not.toContain('not known');
  });

  test('findings of one rule on several clusters are one, with the commands of each', () => {
    const text = plain(many(3));
    expect(text.match(/· 3 findings on 3 clusters/gu)).toHaveLength(3);
    expect(text).toMatch(/# aks-0000\n {23}kubectl -n default patch/u);
    expect(text).toMatch(/# aks-0002\n {23}kubectl -n default patch/u);
  });

  test('a cluster name that is too long for a column stands on a line of its own, once', () => {
    const name = 'aks-payments-production-westeurope';
    const text = plain(
      report(
        [1, 2].map((at) =>
          cluster({
            name,
            id: `/subscriptions/s/resourcegroups/rg${at}/providers/microsoft.containerservice/managedclusters/aks`,
            findings: [finding({ title: `title ${at}`, message: 'Both say this.' })],
          }),
        ),
      ),
    );
    expect(text).toMatch(/^ {12}aks-payments\S+( \(.*\))?\n {12}- title 1\n/mu);
    expect(text.match(/Both say this\./gu)).toHaveLength(1);
  });

  test.each([
    { count: 10, lines: 210 },
    { count: 100, lines: 275 },
    { count: 5_000, lines: 275 },
  ])('$count clusters like the article fit into $lines lines', ({ count, lines }) => {
    expect(plain(many(count), 80).split('\n').length).toBeLessThanOrEqual(lines);
  });

  test('ten clusters with faults of more than forty rules fit into 350 lines, and no rule is left out', async () => {
    const { report: ten } = await auditFolders({
      directories: tenCases.map((name) => path.join(cases, name)),
      clusters: [],
      now: () => new Date('2026-11-23T06:00:00Z'),
    });
    const text = plain(ten, 80);
    expect(text.split('\n').length).toBeLessThanOrEqual(350);
    const rules = new Set(
      ten.clusters.flatMap(({ findings }) => findings.filter(isOpen).map(({ rule }) => rule)),
    );
    expect(rules.size).toBeGreaterThan(40);
    expect([...rules].filter((rule) => !text.includes(rule))).toEqual([]);
    const { critical, high, medium, low, info } = ten.summary.findings;
    const open = critical + high + medium + low + info;
    expect(text.replaceAll(/\s+/gu, ' ')).toContain(
      `${critical} critical, ${high} high, ${medium} medium, ${low} low, ${info} info evenkeel`,
    );
    expect(render(ten, 'csv').match(/^"finding",/gmu)).toHaveLength(open);
    const sarif = JSON.parse(render(ten, 'sarif')) as { runs: { results: unknown[] }[] };
    expect(sarif.runs[0]?.results).toHaveLength(open);
    const samples = render(ten, 'openmetrics').matchAll(/^evenkeel_findings\{[^}]*\} (\d+)/gmu);
    expect([...samples].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(open);
  });

  test('--summary is the table and the counts alone', () => {
    const text = renderText(fleetReport, { width: 100, colour: false, summary: true });
    expect(text).toContain('CLUSTER');
    expect(text).toContain('6 clusters');
    expect(text).not.toContain('Findings');
    expect(text.split('\n').length).toBeLessThan(15);
  });

  test('--severity hides what is below, counts it, and leaves the table as it is', () => {
    const whole = plain(fleetReport).split('\n');
    const text = renderText(fleetReport, { width: 100, colour: false, from: 'high' });
    expect(text.split('\n').slice(0, 7)).toEqual(whole.slice(0, 7));
    expect(text).toContain('1 finding below high not shown');
    expect(text).not.toContain('1 user pod runs on system node pool system');
  });

  test('sentences are at most 100 columns wide, however wide the terminal is', () => {
    const message = 'word '.repeat(100).trim();
    const text = plain(report([cluster({ findings: [finding({ message })] })]), 200);
    const lines = text.split('\n').filter((line) => line.includes('word word'));
    expect(Math.max(...lines.map((line) => columns(line)))).toBeLessThanOrEqual(100);
    expect(lines.length).toBeGreaterThan(4);
  });
});
