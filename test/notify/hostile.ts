import type { Report } from '../../shared/report/report.ts';

/** Ends every hostile string, so that it is found wherever it went. */
export const marker = 'zq7x';

/** What somebody could put into a label, a tag or an error body to be more than text in Slack. */
export const hostileStrings: readonly string[] = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<!subteam^S0ADMINS1>',
  '<!subteam^S0ADMINS1|@admins>',
  '<@U0VICTIM01>',
  '<@W0VICTIM01|boss>',
  '<#C0GENERAL1>',
  '<#C0GENERAL1|general>',
  '<https://evil.example|portal.azure.com>',
  '<https://evil.example>',
  '<mailto:a@evil.example|support>',
  '<tel:+49123|call>',
  '<!date^1392734382^{date}^https://evil.example|click>',
  '<slack://open?team=T0&id=C0|open>',
  'https://evil.example/phish',
  'portal.azure.com.evil.example',
  '&lt;!channel&gt;',
  '&amp;lt;!here&amp;gt;',
  '&#60;!channel&#62;',
  '<<!channel>>',
  '<\u200B!channel>',
  '<!chan\u00ADnel>',
  '\u202Elennahc!\u202C<!here>',
  '\u2066<@U1>\u2069',
  '\uFEFF<!everyone>',
  '\u226E!channel>',
  '\u1FEF<!channel>\u1FEF',
  '`<!channel>`',
  '```<!channel>```',
  '*bold* _it_ ~no~',
  '@channel @here @everyone',
  '#general',
  ':rotating_light::tada:',
  'a\n> quoted\n- <!here>',
  'a\r\n*2 of 2* clusters <!here>',
  '\u0000\u0007\u001B[31m<!channel>\u001B[0m',
  '\uD800<!channel>\uDFFF',
  `${'&'.repeat(5000)}<!channel>`,
  '","type":"mrkdwn","text":"<!channel>',
];

/** Ours or Azure's enumerations, times and hashes: all other strings come from outside. */
const own = new Set([
  'schemaVersion',
  'severity',
  'state',
  'result',
  'kind',
  'verdict',
  'fingerprint',
  'firstSeen',
  'lastSeen',
  'startedAt',
  'finishedAt',
  'trigger',
  'ruleSeverity',
]);

/** Paths of all strings of a report that come from outside. */
export function untrustedPaths(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    own.has(key) ? [] : untrustedPaths(inner, `${path}/${key}`),
  );
}

/** The report with hostile text in place of every string from outside, or of the one at a path. */
export function poisoned(report: Report, text: string, at?: string): Report {
  // oxlint-disable-next-line typescript/consistent-type-assertions
  return replaced(report, '', text, at) as Report;
}

function replaced(value: unknown, path: string, text: string, at: string | undefined): unknown {
  if (typeof value === 'string')
    return at === undefined || at === path ? `${text}${marker}` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((item, index) => replaced(item, `${path}/${index}`, text, at));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      own.has(key) ? inner : replaced(inner, `${path}/${key}`, text, at),
    ]),
  );
}
