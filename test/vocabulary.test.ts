import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = path.join(import.meta.dirname, '..');

/** Words that platform engineers do not use for this, and what they say instead. */
const notInTexts: readonly (readonly [RegExp, string])[] = [
  [/\bPrice: |\b(?:its|at what|the) price\b/u, 'trade-off'],
  [/\btouch(?:ing)? (?:a|the|any) Service\b/iu, 'trigger a reconcile (annotate the Service)'],
  [/\bput(?:s|ting)? (?:the )?(?:pools?|it|them) right\b/iu, 'trigger a reconcile'],
  [/\btak(?:e|es|en|ing) (?:\S+ ){0,4}away\b/iu, 'remove'],
  [/\bit only reads\b/u, 'read-only'],
  [/\bone more reconcile\b/u, 'one extra reconcile'],
  [/\blabelled out\b/u, 'excluded by label'],
  [/\bstarv(?:e|es|ing)\b/u, 'receives no traffic'],
  [/\bread completely\b/u, 'fully read'],
  [/\bkept? unread\b/u, 'stale'],
  [/\banew\b/u, 'again'],
  [/\bby hand\b/u, 'manually'],
  [/\b(?:nobody|somebody|everybody|anybody)\b/iu, 'clients, no client, another controller, …'],
  [/(?<![Tt]here )\b(?:is|are) no (?!longer\b|more\b)[a-z]/u, 'is not a …'],
  [/\bthere is no such\b/iu, 'does not exist'],
  [/\b(?:lets?|keeps?) (?:no |the )?clients? (?:\S+ ){0,4}(?:in|out)\b/u, 'allows, blocks'],
  [/\bd(?:eals?|ealt) out\b/u, 'allocates'],
  [/\bno way back\b/u, 'cannot be undone'],
  [/\b(?:one|a|the) way in\b(?! to)/u, 'entry node'],
  [/\bleave by a NAT\b/iu, 'use a NAT gateway for egress'],
  [/\bmay come\b/u, 'the cluster can scale to'],
  [/\bmisspelt\b/u, 'misspelled'],
  [/\binternal twin\b/u, 'internal load balancer'],
  [/\bleads? nowhere\b/u, 'matches nothing'],
  [/\b(?:stands?|stood) in the way\b/u, 'blocks'],
  [/\bheld together by luck|told twice|tells no news|costs nothing else\b/u, 'plain words'],
];

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/*.md', { cwd: root }),
  ...globSync('shared/rules/*/*.md', { cwd: root }),
];
const sources = globSync('shared/**/*.ts', { cwd: root });

/** The texts in a source: string and template literals of two words or more. */
function literals(source: string): readonly string[] {
  const code = source
    .replaceAll(/\/\*.*?\*\//gsu, '')
    .replaceAll(/^\s*\/\/.*$/gmu, '')
    .replaceAll(/^import .*?;$/gmsu, '');
  const found = [
    ...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/gu),
  ];
  return found
    .map(([, single, double, template]) => single ?? double ?? template ?? '')
    .filter((text) => text.includes(' '));
}

function offences(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) =>
    notInTexts.flatMap(([word, instead]) => {
      const match = word.exec(text);
      return match === null ? [] : [`"${match[0]}": say "${instead}" in: ${text.slice(0, 160)}`];
    }),
  );
}

describe('texts use the words of the field', () => {
  test.each(sources)('%s', (file) => {
    expect(offences(literals(readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
  });

  test.each(pages)('%s', (file) => {
    expect(offences(readFileSync(path.join(root, file), 'utf8').split('\n'))).toEqual([]);
  });

  test('the words are found where they stand', () => {
    const bad = [
      'Touch the Service, so that it is reconciled',
      'Take no-node-ports away',
      'it is no node of the cluster',
      'Price: none: it only reads',
      'nobody reaches the port',
    ];
    expect(bad.filter((text) => offences([text]).length === 0)).toEqual([]);
    const good = ['there is no load balancer', 'it is no longer updated', 'Trade-off: none'];
    expect(offences(good)).toEqual([]);
  });
});

/** Names of people, houses and letters for what has a plain name. */
const notInNames =
  /^(?:Patient|patientOf|Lives|livesOf|clusterLives|lifeOf|Telling|Told|ClusterDoor|Placed|Way|waysOf|wayCard|Desk|desk|Office|office|conductor|weigh|dropTwins|policyKeeper|handOver|theWorld|World|fewOf|keepNurserySmall|ReportShelf|ProgressShelf|HttpQuestion|HttpAnswer|answering|Standing|Offer|standingOf|looked|blind|settled|settles|settling|heard|viewOf|situationOf)$/u;

test('exported names are plain', () => {
  const names = globSync('{shared,simulator,functions,scripts,test}/**/*.ts', {
    cwd: root,
  }).flatMap((file) =>
    [
      ...readFileSync(path.join(root, file), 'utf8').matchAll(
        /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gmu,
      ),
    ].map(([, name = '']) => `${file}: ${name}`),
  );
  expect(names.filter((name) => notInNames.test(name.split(': ')[1] ?? ''))).toEqual([]);
});
