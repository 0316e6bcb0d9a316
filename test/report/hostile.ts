import { readFileSync } from 'node:fs';
import type { Report } from '../../shared/report/report.ts';

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

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../shared/report/report.schema.json', import.meta.url), 'utf8'),
);

/** Texts without a pattern that are the product's own words all the same; every other one comes from outside. */
const ours: ReadonlySet<string> = new Set([
  'cause',
  'causes',
  'kind',
  'product',
  'rule',
  'runId',
  'version',
]);

/** Fields of the report that hold any text, by its schema: a new one is hostile until it is named above. */
export const untrusted: ReadonlySet<string> = new Set(
  [...freeTexts(schema), 'evidence', 'shares'].filter((key) => !ours.has(key)),
);

function freeTexts(value: unknown, key = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown) => freeTexts(each, key));
  if (typeof value !== 'object' || value === null) return [];
  const isFree =
    'type' in value &&
    value.type === 'string' &&
    !['enum', 'const', 'pattern', 'format'].some((each) => each in value);
  return [
    ...(isFree && key !== '' ? [key] : []),
    ...Object.entries(value).flatMap(([name, each]: [string, unknown]) =>
      name === 'properties' && typeof each === 'object' && each !== null
        ? Object.entries(each).flatMap(([field, shape]) => freeTexts(shape, field))
        : freeTexts(each, key),
    ),
  ];
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
  return { ...report, clusters: changed as Report['clusters'] };
}
